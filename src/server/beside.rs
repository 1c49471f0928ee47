//! Two futures in one task, of which the second is rarely looked at.
//!
//! Knows wakers. Must not know what is waited for. A connection is woken for each request, and what else may
//! end it, a clock or the closing of the house, need not be asked each time: it is, when it has called.

use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

use atomic_waker::AtomicWaker;

/// Which of the two has ended.
pub(super) enum Ended<A, B> {
    Main(A),
    Rare(B),
}

/// What the rare one wakes: its task, after leaving word.
struct Call {
    called: AtomicBool,
    task: AtomicWaker,
}

impl Wake for Call {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.called.store(true, Ordering::Release);
        self.task.wake();
    }
}

/// Waits for either; the main one goes first.
pub(super) async fn beside<A, B>(
    mut main: Pin<&mut impl Future<Output = A>>,
    mut rare: Pin<&mut impl Future<Output = B>>,
) -> Ended<A, B> {
    let call = Arc::new(Call {
        called: AtomicBool::new(true), // nobody has looked yet
        task: AtomicWaker::new(),
    });
    let waker = Waker::from(Arc::clone(&call));
    poll_fn(move |cx| {
        if let Poll::Ready(ended) = main.as_mut().poll(cx) {
            return Poll::Ready(Ended::Main(ended));
        }
        call.task.register(cx.waker());
        if call.called.swap(false, Ordering::AcqRel)
            && let Poll::Ready(ended) = rare.as_mut().poll(&mut Context::from_waker(&waker))
        {
            return Poll::Ready(Ended::Rare(ended));
        }
        Poll::Pending
    })
    .await
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use tokio::sync::{mpsc, oneshot};

    use super::*;

    #[tokio::test]
    async fn the_rare_one_is_asked_only_when_it_has_called_and_then_ends_the_wait() {
        let (say, mut said) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let (heard, looks) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let mut main = std::pin::pin!(async {
            while said.recv().await.is_some() {
                heard.fetch_add(1, Ordering::Relaxed);
            }
        });
        let mut stopped = std::pin::pin!(stopped);
        let mut rare = std::pin::pin!(poll_fn(|cx| {
            looks.fetch_add(1, Ordering::Relaxed);
            stopped.as_mut().poll(cx)
        }));
        let mut both = std::pin::pin!(beside(main.as_mut(), rare.as_mut()));
        for n in 1..=5 {
            say.send(n).unwrap();
            assert!(poll_once(both.as_mut()).await.is_none());
        }
        assert_eq!(
            (heard.load(Ordering::Relaxed), looks.load(Ordering::Relaxed)),
            (5, 1)
        );
        stop.send(()).unwrap();
        assert!(matches!(poll_once(both).await, Some(Ended::Rare(Ok(())))));
    }

    #[tokio::test]
    async fn the_main_one_goes_first() {
        let (mut main, mut rare) = (std::pin::pin!(async { 1 }), std::pin::pin!(async { 2 }));
        assert!(matches!(
            beside(main.as_mut(), rare.as_mut()).await,
            Ended::Main(1)
        ));
    }

    async fn poll_once<T>(mut future: Pin<&mut impl Future<Output = T>>) -> Option<T> {
        poll_fn(|cx| {
            Poll::Ready(match future.as_mut().poll(cx) {
                Poll::Ready(out) => Some(out),
                Poll::Pending => None,
            })
        })
        .await
    }
}
