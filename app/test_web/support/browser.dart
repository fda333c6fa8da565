import 'dart:async';
import 'dart:convert';
import 'dart:io';

/// Chromium with one profile, which outlives its processes.
final class Browser {
  final Directory _profile = Directory.systemTemp.createTempSync('browser.');

  static const _options = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ];

  /// Starts the browser with one tab.
  Future<Tab> open(Uri page) async =>
      Tab._(await Process.start('chromium', [..._options, '--user-data-dir=${_profile.path}', '$page']));

  /// Deletes the profile.
  void remove() => _profile.deleteSync(recursive: true);
}

/// A running browser.
final class Tab {
  Tab._(this._process) {
    for (final output in [_process.stdout, _process.stderr]) {
      output.transform(const Utf8Decoder(allowMalformed: true)).listen(_log.write);
    }
  }

  final Process _process;
  final _log = StringBuffer();

  /// Completes with the browser's output when it ends.
  Future<String> get ended => _process.exitCode.then((_) => '$_log');

  /// Ends the browser as a crash would.
  Future<void> kill() async {
    _process.kill(ProcessSignal.sigkill);
    await _process.exitCode;
  }
}
