//! A certificate authority for tests.

use std::path::PathBuf;

use chrono::{Datelike, NaiveDate};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair, date_time_ymd};

use crate::support::folder::Folder;

/// An authority and the certificates it has signed, as files.
pub(crate) struct Authority {
    folder: Folder,
    issuer: Issuer<'static, KeyPair>,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let folder = Folder::new();
        let mut params = CertificateParams::default();
        params.distinguished_name.push(DnType::CommonName, "an authority of the tests");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = params.self_signed(&key).expect("a certificate");
        std::fs::write(folder.join("ca.pem"), certificate.pem()).expect("a file");
        Self { folder, issuer: Issuer::new(params, key) }
    }

    /// The authority's own certificate.
    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("ca.pem")
    }

    /// A certificate for `host` and its key, valid until the end of `last_year`.
    pub(crate) fn certify(&self, host: &str, last_year: i32) -> (PathBuf, PathBuf) {
        let last = NaiveDate::from_ymd_opt(last_year, 12, 31).expect("a day");
        self.certify_until(host, last)
    }

    /// A certificate for `host` and its key, valid until `day` begins.
    pub(crate) fn certify_until(&self, host: &str, day: NaiveDate) -> (PathBuf, PathBuf) {
        let month = u8::try_from(day.month()).expect("a month");
        let number = u8::try_from(day.day()).expect("a day");
        let mut params = CertificateParams::new([host.to_owned()]).expect("a host");
        (params.not_before, params.not_after) =
            (date_time_ymd(2000, 1, 1), date_time_ymd(day.year(), month, number));
        params.use_authority_key_identifier_extension = true;
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        let (certificate_file, key_file) = (
            self.folder.join(&format!("{host}-{day}.pem")),
            self.folder.join(&format!("{host}-{day}.key")),
        );
        std::fs::write(&certificate_file, certificate.pem()).expect("a file");
        std::fs::write(&key_file, key.serialize_pem()).expect("a file");
        (certificate_file, key_file)
    }

    /// Options that make a database server use a certificate for `host`.
    pub(crate) fn server_options(&self, host: &str, last_year: i32) -> Vec<String> {
        let (certificate, key) = self.certify(host, last_year);
        vec![
            format!("--ssl-ca={}", self.file().display()),
            format!("--ssl-cert={}", certificate.display()),
            format!("--ssl-key={}", key.display()),
        ]
    }
}
