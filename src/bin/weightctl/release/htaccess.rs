//! The release's `.htaccess` with the one line that selects FastCGI or CGI.

use super::layout::Release;
use super::state::Mode;

const FASTCGI: &str = "SetHandler fcgid-script";

/// The text for `mode`.
pub(super) fn rendered(release: &Release, mode: Mode) -> std::io::Result<String> {
    let text = std::fs::read_to_string(release.htaccess())?;
    let handler = format!("SetHandler {}-script", mode.word());
    let lines = text.split_inclusive('\n').map(|line| {
        if line.trim() == FASTCGI { line.replace(FASTCGI, &handler) } else { line.to_owned() }
    });
    Ok(lines.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_line_of_the_handler_differs_between_the_modes() {
        let folder = tempfile::tempdir().unwrap();
        let release = Release(folder.path().to_owned());
        let text = "# SetHandler fcgid-script is FastCGI\n<Files api>\n  SetHandler fcgid-script\n</Files>";
        std::fs::write(release.htaccess(), text).unwrap();
        assert_eq!(rendered(&release, Mode::Fcgid).unwrap(), text);
        let cgi = text.replace("  SetHandler fcgid", "  SetHandler cgi");
        assert_eq!(rendered(&release, Mode::Cgi).unwrap(), cgi);
    }
}
