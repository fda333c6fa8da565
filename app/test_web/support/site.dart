import 'dart:async';
import 'dart:convert';
import 'dart:io';

/// A web site with the compiled program, which passes `/api` on to a server: both have one origin, as a web app must.
final class Site {
  Site._(this._server, this._api) {
    _server.listen((request) => unawaited(_serve(request)));
  }

  final HttpServer _server;
  final Uri _api;
  final _client = HttpClient();
  bool _isUp = true;
  Completer<Object?> _report = Completer();

  /// Starts a site in front of the server at [api].
  static Future<Site> before(Uri api) async => Site._(await HttpServer.bind(InternetAddress.loopbackIPv4, 0), api);

  /// The page's address.
  Uri get url => Uri.parse('http://127.0.0.1:${_server.port}/');

  /// The next report of the program.
  Future<Object?> get reported {
    _report = Completer();
    return _report.future;
  }

  Future<void> _serve(HttpRequest request) async {
    final response = request.response;
    switch (request.uri.path) {
      case '/':
        response.headers.contentType = ContentType.html;
        response.write('<!DOCTYPE html><title>weight_sync</title><script src="main.js"></script>');
      case '/main.js':
        response.headers.contentType = ContentType('text', 'javascript', charset: 'utf-8');
        await response.addStream(File('build/web/main.js').openRead());
      case '/report':
        _report.complete(jsonDecode(await utf8.decodeStream(request)));
      case '/cut':
        _isUp = false;
      case '/mend':
        _isUp = true;
      case final path when path.startsWith('/api/') && _isUp:
        await _passOn(request);
      default:
        response.statusCode = HttpStatus.badGateway;
    }
    await response.close();
  }

  Future<void> _passOn(HttpRequest request) async {
    final passed = await _client.openUrl(
      request.method,
      _api.replace(path: request.uri.path, query: request.uri.hasQuery ? request.uri.query : null),
    );
    for (final name in ['authorization', 'content-type']) {
      final value = request.headers.value(name);
      if (value != null) passed.headers.set(name, value);
    }
    passed.contentLength = request.contentLength;
    await passed.addStream(request);
    final answer = await passed.close();
    // ignore: close_sinks, closed by _serve
    final response = request.response..statusCode = answer.statusCode;
    for (final name in ['content-type', 'date', 'x-request-id', 'retry-after']) {
      final value = answer.headers.value(name);
      if (value != null) response.headers.set(name, value);
    }
    await response.addStream(answer);
  }

  /// What the server lists for an account: time and weight, newest first.
  Future<List<(String, num)>> listed({required String email, required String password}) async {
    final session = await _ask('POST', '/api/auth/login', body: {'email': email, 'password': password});
    final page = await _ask('GET', '/api/health-metrics/weight', token: '${session['access_token']}');
    return [
      for (final entry in (page['data']! as List<Object?>).cast<Map<String, Object?>>())
        ('${entry['timestamp']}', entry['weight_value']! as num),
    ];
  }

  Future<Map<String, Object?>> _ask(String method, String path, {Object? body, String? token}) async {
    final request = await _client.openUrl(method, _api.resolve(path));
    if (token != null) request.headers.set('authorization', 'Bearer $token');
    if (body != null) {
      request.headers.contentType = ContentType.json;
      request.write(jsonEncode(body));
    }
    return jsonDecode(await utf8.decodeStream(await request.close())) as Map<String, Object?>;
  }

  /// Stops the site.
  Future<void> close() async {
    _client.close(force: true);
    await _server.close(force: true);
  }
}
