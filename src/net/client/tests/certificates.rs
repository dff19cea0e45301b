//! TLS with an authority of the test: what is not certified for the host is refused, and never read.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, date_time_ymd};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, Stream};

use super::*;

/// An authority that a client may trust.
struct Authority {
    issuer: Issuer<'static, KeyPair>,
    /// Its certificate, as `SSL_CERT_FILE` names it.
    file: tempfile::NamedTempFile,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), params.self_signed(&key).unwrap().pem()).unwrap();
        Self { issuer: Issuer::new(params, key), file }
    }

    /// Starts a server whose certificate is for a host and ends in a year; without `by`, it is signed by itself.
    fn serve(by: Option<&Self>, host: &str, end: i32) -> Url {
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        (params.not_before, params.not_after) = (date_time_ymd(2000, 1, 1), date_time_ymd(end, 1, 1));
        let key = KeyPair::generate().unwrap();
        let certificate = match by {
            Some(authority) => params.signed_by(&key, &authority.issuer).unwrap(),
            None => params.self_signed(&key).unwrap(),
        };
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], key)
            .unwrap();
        let (config, listener) = (Arc::new(config), TcpListener::bind("127.0.0.1:0").unwrap());
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (mut connection, mut socket) =
                    (ServerConnection::new(Arc::clone(&config)).unwrap(), socket.unwrap());
                let mut stream = Stream::new(&mut connection, &mut socket);
                // A client that refuses the certificate closes the connection.
                if stream.read(&mut [0; 4_096]).is_ok() {
                    let _ = stream.write_all(ok("", "hello").as_bytes());
                }
            }
        });
        Url::parse(&format!("https://localhost:{port}/")).unwrap()
    }

    fn get(&self, url: &Url) -> Result<Fetched, NetError> {
        let certificates = Some(self.file.path().to_owned());
        let client = Client::new(Options { limits: quick(), certificates, ..Options::default() }).unwrap();
        client.get(&Request {
            url,
            validators: &Validators::default(),
            accept: "*/*",
            reach: Reach::Any,
            user_agent: None,
            at_most: None,
        })
    }
}

#[test]
fn certificate_must_be_valid_for_the_host_and_of_a_trusted_authority() {
    let authority = Authority::new();
    let good = Authority::serve(Some(&authority), "localhost", 2100);
    assert_eq!(body(authority.get(&good)).body, b"hello");
    let wrong = [
        (Authority::serve(Some(&authority), "localhost", 2001), "its certificate has expired"),
        (Authority::serve(Some(&authority), "other.example", 2100), "its certificate is for another host"),
        (Authority::serve(None, "localhost", 2100), "its certificate is "),
        (Authority::serve(Some(&Authority::new()), "localhost", 2100), "its certificate is "),
    ];
    for (url, expected) in wrong {
        let error = authority.get(&url).unwrap_err();
        assert!(matches!(error, NetError::Tls { .. }), "{error:?}");
        assert!(error.to_string().contains(expected), "{expected}: {error}");
    }
    // Without the setting, the authority of the test is unknown.
    assert!(matches!(fetch(&good), Err(NetError::Tls { .. })));
}
