"""One request by one of Python's libraries, each with its usual way to retry twice; prints what came of it: a
status, `STATUS, no JSON` if a broken body passed for a whole one, `timeout` or `error`."""

import asyncio
import json
import os
import sys

library, method, url = sys.argv[1:4]
body = {"name": "Tea"} if method == "POST" else None

patience = float(os.environ["PATIENCE"])
headers = {"Authorization": f"Bearer {os.environ['TOKEN']}"} if "TOKEN" in os.environ else {}


def told(status, text):
    if status >= 400:
        return str(status)
    try:
        json.loads(text)
        return str(status)
    except ValueError:
        return f"{status}, no JSON"


def by_requests():
    import requests
    from requests.adapters import HTTPAdapter
    from urllib3.util import Retry

    retry = Retry(total=2, backoff_factor=0.1, status_forcelist=[500, 502, 503, 504], raise_on_status=False)
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", HTTPAdapter(max_retries=retry))
    answer = session.request(method, url, json=body, headers=headers, timeout=patience)
    return told(answer.status_code, answer.text)


def by_httpx():
    import httpx

    with httpx.Client(transport=httpx.HTTPTransport(retries=2), timeout=patience, trust_env=False) as client:
        answer = client.request(method, url, json=body, headers=headers)
        return told(answer.status_code, answer.text)


async def by_aiohttp():
    import aiohttp
    from aiohttp_retry import ExponentialRetry, RetryClient

    timeout = aiohttp.ClientTimeout(total=patience)
    options = ExponentialRetry(attempts=3)
    async with RetryClient(retry_options=options, timeout=timeout) as client:
        async with client.request(method, url, json=body, headers=headers) as answer:
            return told(answer.status, await answer.text())


ways = {"requests": by_requests, "httpx": by_httpx, "aiohttp": lambda: asyncio.run(by_aiohttp())}
try:
    print(ways[library]())
except Exception as error:  # whatever a library raises is what it tells
    late = "timeout" in f"{type(error).__name__} {error}".lower() or "timed out" in str(error).lower()
    print("timeout" if late else "error")
