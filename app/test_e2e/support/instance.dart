import 'dart:convert';
import 'dart:io';
import 'dart:math';

import 'package:crypto/crypto.dart';
import 'package:path/path.dart' as path;

/// A complete site made by `./deploy.sh local`: Apache, mod_fcgid, the static binary and a database.
final class Instance {
  Instance._(this._folder, this._settings);

  final Directory _folder;
  final Map<String, String> _settings;

  /// The site's address.
  late Uri url;

  static const _common = {
    'WEIGHT_SYNC_ACCOUNTS_ARGON2_MEMORY_KIB': '1024',
    'WEIGHT_SYNC_RATE_LIMIT_REGISTER_PER_ADDRESS_PER_HOUR': '0',
    'WEIGHT_SYNC_RATE_LIMIT_LOGIN_PER_ADDRESS_PER_MINUTE': '0',
    'WEIGHT_SYNC_RATE_LIMIT_REFRESH_PER_ADDRESS_PER_MINUTE': '0',
  };

  /// Starts a site with the static binaries in WEIGHT_SYNC_TEST_BINARIES.
  static Future<Instance> start({Map<String, String> settings = const {}}) async {
    if (_binaries == null) throw StateError('WEIGHT_SYNC_TEST_BINARIES is not set: start these tests by tests/run');
    // If root starts the servers, they run as another user, who must be able to reach the folder.
    final folder = Directory.systemTemp.createTempSync('app.');
    Process.runSync('chmod', ['0711', folder.path]);
    final instance = Instance._(folder, settings);
    await instance.restart();
    return instance;
  }

  /// The repository; tests run in app/.
  static final String _repository = path.normalize(path.join(Directory.current.path, '..'));

  static final String? _binaries = Platform.environment['WEIGHT_SYNC_TEST_BINARIES'];

  String get _directory => path.join(_folder.path, 'instance');

  Future<String> _deploy(List<String> arguments) async {
    final log = path.join(_folder.path, 'deploy.log');
    // Output goes to a file: a server that kept a pipe open would block the test forever.
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

  /// Starts the servers again on the same port.
  Future<void> restart() async {
    final said = await _deploy(['--detach', '--binaries', _binaries!, '--port', '${await _port}']);
    url = Uri.parse(said.trim().split('\n').last.replaceFirst('ready ', '').trim());
  }

  /// A port that nothing else takes while the servers are stopped: outside the ranges that deploy.sh and the server's
  /// own tests use.
  late final Future<int> _port = _freePort();

  /// A socket name that only one process can hold, so that another test does not pick the same port while it is free.
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

  /// Stops the servers; the data stays.
  Future<void> stop() => _deploy(['stop']);

  /// Copies the data, for [restoreBackup].
  Future<String> backUp() async {
    await stop();
    final copy = path.join(_folder.path, 'backup');
    Process.runSync('cp', ['-a', path.join(_directory, 'mariadb', ''), copy]);
    await restart();
    return copy;
  }

  /// Restores the data of [backUp], and [renewsEpoch] as in docs/OPERATIONS.md.
  Future<void> restoreBackup(String copy, {bool renewsEpoch = true}) async {
    await stop();
    final data = path.join(_directory, 'mariadb');
    Process.runSync('rm', ['-rf', data]);
    Process.runSync('cp', ['-a', copy, data]);
    await restart();
    if (renewsEpoch) await weightctl(['epoch', 'renew', '--yes']);
  }

  /// Runs weightctl with the site's configuration, and returns what it printed.
  Future<String> weightctl(List<String> arguments) async {
    final status = jsonDecode(await _deploy(['status', '--json'])) as Map<String, Object?>;
    final config = status['config']! as String;
    final result = await Process.run(path.join(_binaries!, 'weightctl'), ['--config', config, ...arguments]);
    if (result.exitCode != 0) throw StateError('weightctl: ${result.stderr}');
    return '${result.stdout}';
  }

  /// Runs [statement] in the site's database, as another backend that shares it would.
  Future<void> sql(String statement) async {
    final url = Uri.parse(RegExp('url *= *"(mysql:[^"]+)"').firstMatch(configuration())!.group(1)!);
    final [user, password] = url.userInfo.split(':').map(Uri.decodeComponent).toList();
    final result = await Process.run(
      'mariadb',
      ['--host=${url.host}', '--port=${url.port}', '--user=$user', '--execute=$statement', url.pathSegments.first],
      environment: {'MYSQL_PWD': password},
    );
    if (result.exitCode != 0) throw StateError('mariadb: ${result.stderr}');
  }

  /// Signs [claims] with the site's secret: an access token as the site or another backend makes it.
  String token(Map<String, Object?> claims, {Map<String, Object?> head = const {'alg': 'HS256', 'typ': 'JWT'}}) {
    String part(Object json) => base64Url.encode(utf8.encode(jsonEncode(json))).replaceAll('=', '');
    final secret = RegExp('secret *= *"([^"]+)"').firstMatch(configuration())!.group(1)!;
    final signed = '${part(head)}.${part(claims)}';
    final signature = Hmac(sha256, utf8.encode(secret)).convert(ascii.encode(signed)).bytes;
    return '$signed.${base64Url.encode(signature).replaceAll('=', '')}';
  }

  /// The text of the configuration file, with the signing secret.
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

  /// Stops the servers and deletes everything.
  Future<void> remove() async {
    await stop();
    await _claim.close();
    _folder.deleteSync(recursive: true);
  }
}
