//! The keyed hash of signed tokens: HS256 (RFC 7518 section 3.2), the one way in which definitions sign.
//!
//! Knows one algorithm, out of what TLS brings along anyway; all the others that a token may name are refused,
//! and none of their code is in the binary. Must not know what a token says.

use jsonwebtoken::crypto::{CryptoProvider, JwtSigner, JwtVerifier, KeyUtils};
use jsonwebtoken::errors::{ErrorKind, Result};
use jsonwebtoken::signature::{self, Signer, Verifier};
use jsonwebtoken::{Algorithm, AlgorithmFamily, DecodingKey, EncodingKey};
use ring::hmac;

static PROVIDER: CryptoProvider = CryptoProvider {
    signer_factory,
    verifier_factory,
    key_utils: KeyUtils::new_unimplemented(), // asked for only by key sets, which nothing here reads
};

/// Makes it what tokens are signed with. To be called before the first; later calls change nothing.
pub fn ready() {
    let _ = PROVIDER.install_default();
}

struct Hs256(hmac::Key);

impl Hs256 {
    fn new(algorithm: Algorithm, family: AlgorithmFamily, secret: &[u8]) -> Result<Box<Hs256>> {
        match (algorithm, family) {
            (Algorithm::HS256, AlgorithmFamily::Hmac) => {
                Ok(Box::new(Hs256(hmac::Key::new(hmac::HMAC_SHA256, secret))))
            }
            _ => Err(ErrorKind::InvalidAlgorithm.into()),
        }
    }
}

fn signer_factory(algorithm: &Algorithm, key: &EncodingKey) -> Result<Box<dyn JwtSigner>> {
    Ok(Hs256::new(*algorithm, key.family(), key.as_bytes())?)
}

fn verifier_factory(algorithm: &Algorithm, key: &DecodingKey) -> Result<Box<dyn JwtVerifier>> {
    Ok(Hs256::new(
        *algorithm,
        key.family(),
        key.try_get_as_bytes()?,
    )?)
}

impl Signer<Vec<u8>> for Hs256 {
    fn try_sign(&self, message: &[u8]) -> std::result::Result<Vec<u8>, signature::Error> {
        Ok(hmac::sign(&self.0, message).as_ref().to_vec())
    }
}

impl JwtSigner for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

impl Verifier<Vec<u8>> for Hs256 {
    fn verify(&self, message: &[u8], tag: &Vec<u8>) -> std::result::Result<(), signature::Error> {
        hmac::verify(&self.0, message, tag).map_err(|_| signature::Error::new())
    }
}

impl JwtVerifier for Hs256 {
    fn algorithm(&self) -> Algorithm {
        Algorithm::HS256
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine;
    use base64::prelude::BASE64_URL_SAFE_NO_PAD as URL_SAFE_NO_PAD;
    use jsonwebtoken::{Header, Validation, decode, encode};
    use serde_json::{Value, json};

    /// RFC 7515 appendix A.1: the token, and the key in it.
    #[test]
    fn the_token_of_the_rfc_is_known_and_any_other_signature_or_algorithm_refused() {
        ready();
        let token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6\
                     Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        let key = "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow";
        let key = URL_SAFE_NO_PAD.decode(key).expect("a key");
        let key = DecodingKey::from_secret(&key);
        let rules = Validation {
            validate_exp: false,
            required_spec_claims: Default::default(),
            ..Default::default()
        };
        let claims = decode::<Value>(token, &key, &rules).expect("a good token");
        assert_eq!(claims.claims["iss"], json!("joe"));
        let changed = token.replace("dBjft", "dBjfs");
        assert!(decode::<Value>(&changed, &key, &rules).is_err());
        let longer = EncodingKey::from_secret(b"secret");
        let signed = encode(&Header::new(Algorithm::HS512), &json!({}), &longer);
        assert_eq!(
            signed.expect_err("refused").kind(),
            &ErrorKind::InvalidAlgorithm
        );
    }
}
