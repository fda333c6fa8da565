//! How the web server runs the program, and the one line of the release's
//! `.htaccess` that says so.

use serde::Serialize;

/// How the web server runs the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Mode {
    /// FastCGI, by mod_fcgid.
    Fcgid,
    /// Plain CGI.
    Cgi,
}

impl Mode {
    /// The mode of a record.
    pub(crate) fn parse(word: &str) -> Option<Self> {
        [Self::Fcgid, Self::Cgi].into_iter().find(|mode| mode.word() == word)
    }

    /// The word of the record.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Fcgid => "fcgid",
            Self::Cgi => "cgi",
        }
    }

    /// The name for people.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Fcgid => "FastCGI",
            Self::Cgi => "CGI",
        }
    }

    /// The line of `.htaccess`. A release's file has that of FastCGI.
    pub(crate) fn directive(self) -> &'static str {
        match self {
            Self::Fcgid => "SetHandler fcgid-script",
            Self::Cgi => "SetHandler cgi-script",
        }
    }

    /// The text of a release's `.htaccess` as it is laid into the web directory.
    pub(crate) fn htaccess(self, text: &str) -> String {
        let (fastcgi, wanted) = (Self::Fcgid.directive(), self.directive());
        let lines = text.split_inclusive('\n').map(|line| {
            if line.trim() == fastcgi { line.replace(fastcgi, wanted) } else { line.to_owned() }
        });
        lines.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_of_the_handler_differs_between_the_modes() {
        let text = "# SetHandler fcgid-script is FastCGI\n<Files api>\n  SetHandler fcgid-script\n</Files>";
        assert_eq!(Mode::Fcgid.htaccess(text), text);
        assert_eq!(
            Mode::Cgi.htaccess(text),
            text.replace("  SetHandler fcgid", "  SetHandler cgi")
        );
    }
}
