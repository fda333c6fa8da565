import 'dart:convert';
import 'dart:io';
import 'dart:math';

import 'package:path/path.dart' as path;

/// A complete site as `./deploy.sh local` makes it: Apache, mod_fcgid, the static binary, a database.
final class Instance {
  Instance._(this._folder, this._settings);

  final Directory _folder;
  final Map<String, String> _settings;

  /// Its address.
  late Uri url;

  static const _common = {
    'WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB': '1024',
    'WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR': '0',
    'WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE': '0',
    'WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE': '0',
  };

  /// Starts one, with the static binaries of WEIGHT_SYNC_TEST_BINARIES.
  static Future<Instance> start({Map<String, String> settings = const {}}) async {
    if (_binaries == null) throw StateError('WEIGHT_SYNC_TEST_BINARIES is not set: start these tests by tests/run');
    // Servers that root starts run as somebody else, who must be able to reach it.
    final folder = Directory.systemTemp.createTempSync('app.');
    Process.runSync('chmod', ['0711', folder.path]);
    final instance = Instance._(folder, settings);
    await instance.restart();
    return instance;
  }

  /// The repository, seen from app/.
  static final String _repository = path.normalize(path.join(Directory.current.path, '..'));

  static final String? _binaries = Platform.environment['WEIGHT_SYNC_TEST_BINARIES'];

  String get _directory => path.join(_folder.path, 'instance');

  Future<String> _deploy(List<String> arguments) async {
    final log = path.join(_folder.path, 'deploy.log');
    // To a file: a server that kept a pipe open would keep the test waiting for ever.
    const script = r'log=$1; shift; exec "$@" >"$log" 2>&1 </dev/null';
    final result = await Process.run(
      'bash',
      [
        '-c',
        script,
        'bash',
        log,
        path.join(_repository, 'deploy.sh'),
        'local',
        ...arguments,
        '--directory',
        _directory,
      ],
      environment: {..._common, ..._settings},
    );
    final said = File(log).readAsStringSync();
    if (result.exitCode != 0) throw StateError('deploy.sh local ${arguments.join(' ')}: $said');
    return said;
  }

  /// Starts its servers again, on the port they had.
  Future<void> restart() async {
    final said = await _deploy(['--detach', '--binaries', _binaries!, '--port', '${await _port}']);
    url = Uri.parse(said.trim().split('\n').last.replaceFirst('ready ', '').trim());
  }

  /// One that no other start takes while these servers are stopped: neither the first ones that deploy.sh tries nor
  /// those that the server's own tests claim.
  late final Future<int> _port = _freePort();

  /// A name that only one process can have, and loses by its end: another test's port may be free for a moment too.
  late final ServerSocket _claim;

  Future<int> _freePort() async {
    while (true) {
      final port = 10000 + Random().nextInt(3000);
      final name = InternetAddress('@weight-sync-test-port-$port', type: InternetAddressType.unix);
      final ServerSocket claim;
      try {
        claim = await ServerSocket.bind(name, 0);
      } on SocketException {
        continue;
      }
      try {
        await (await ServerSocket.bind(InternetAddress.loopbackIPv4, port)).close();
        _claim = claim;
        return port;
      } on SocketException {
        await claim.close();
      }
    }
  }

  /// Stops its servers; the data stays.
  Future<void> halt() => _deploy(['stop']);

  /// The data as it is now, for [putBack].
  Future<String> backUp() async {
    await halt();
    final copy = path.join(_folder.path, 'backup');
    Process.runSync('cp', ['-a', path.join(_directory, 'mariadb', ''), copy]);
    await restart();
    return copy;
  }

  /// The runbook of a restore (docs/OPERATIONS.md): the old data, then a new epoch.
  Future<void> putBack(String copy) async {
    await halt();
    final data = path.join(_directory, 'mariadb');
    Process.runSync('rm', ['-rf', data]);
    Process.runSync('cp', ['-a', copy, data]);
    await restart();
    await maintain(['epoch', 'renew']);
  }

  /// Runs weightctl as cron does.
  Future<void> maintain(List<String> arguments) async {
    final status = jsonDecode(await _deploy(['status', '--json'])) as Map<String, Object?>;
    final config = status['config']! as String;
    final result = await Process.run(path.join(_binaries!, 'weightctl'), ['--config', config, ...arguments]);
    if (result.exitCode != 0) throw StateError('weightctl: ${result.stderr}');
  }

  /// The first secret of its configuration, with which access tokens are signed.
  String configuration() {
    final status = Process.runSync(path.join(_repository, 'deploy.sh'), [
      'local',
      'status',
      '--json',
      '--directory',
      _directory,
    ]);
    final config = (jsonDecode('${status.stdout}') as Map<String, Object?>)['config']! as String;
    return File(config).readAsStringSync();
  }

  /// Stops it and removes everything.
  Future<void> remove() async {
    await halt();
    await _claim.close();
    _folder.deleteSync(recursive: true);
  }
}
