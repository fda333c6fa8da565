import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

import 'scripted_answer.dart';

/// A request as the server received it.
typedef Asked = ({String method, String path, Map<String, String> query, String? bearer, Map<String, Object?> body});

/// An HTTP server on this machine whose responses the test sets. Used for what the real server does rarely; test_e2e
/// has the rest.
final class ScriptedServer {
  ScriptedServer._(this._server);

  final HttpServer _server;

  /// All requests, oldest first.
  final asked = <Asked>[];

  /// Answers a request.
  FutureOr<ScriptedAnswer> Function(Asked asked) answer = (_) => const ScriptedAnswer(404, {'code': 'not_found'});

  /// Starts a server, which stops after the test.
  static Future<ScriptedServer> start() async {
    final server = ScriptedServer._(await HttpServer.bind(InternetAddress.loopbackIPv4, 0));
    addTearDown(() => server._server.close(force: true));
    server._server.listen((request) => unawaited(server._serve(request)));
    return server;
  }

  /// The server's address.
  Uri get url => Uri.parse('http://127.0.0.1:${_server.port}');

  /// Stops answering.
  Future<void> stop() => _server.close(force: true);

  Future<void> _serve(HttpRequest request) async {
    final text = await utf8.decodeStream(request);
    final got = (
      method: request.method,
      path: request.uri.path,
      query: request.uri.queryParameters,
      bearer: request.headers.value('authorization')?.replaceFirst('Bearer ', ''),
      body: text.isEmpty ? const <String, Object?>{} : jsonDecode(text) as Map<String, Object?>,
    );
    asked.add(got);
    final said = await answer(got);
    final response = request.response..statusCode = said.status;
    said.headers.forEach(response.headers.set);
    response.headers.contentType = said.contentType;
    response.write(said.body is String ? said.body : jsonEncode(said.body));
    await response.close();
  }
}
