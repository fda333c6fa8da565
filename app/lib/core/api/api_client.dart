import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:clock/clock.dart';

import 'api_answer.dart';
import 'api_failure.dart';
import 'field_problem.dart';
import 'server_clock.dart';

/// Speaks HTTP and JSON with one server. Knows nothing of routes, and nothing of who is signed in.
final class ApiClient {
  /// Speaks with [server], the address without `/api`. Only the machine itself may be spoken with unencrypted.
  ApiClient(this.server, {required this.serverClock, HttpClient Function()? httpClient, this.timeout = _timeout})
    : _client = (httpClient ?? HttpClient.new)() {
    final isLoopback = const {'localhost', '127.0.0.1', '::1'}.contains(server.host);
    if (server.scheme != 'https' && !(server.scheme == 'http' && isLoopback)) {
      throw ArgumentError.value('$server', 'server', 'must be https');
    }
    _client
      ..connectionTimeout = const Duration(seconds: 15)
      // Shorter than Apache's own: a connection that is about to be closed is not used again.
      ..idleTimeout = const Duration(seconds: 2);
  }

  /// Where the server is.
  final Uri server;

  /// Learns from each answer.
  final ServerClock serverClock;

  /// For one request, answer included. Apache gives up after 40 s.
  final Duration timeout;

  final HttpClient _client;

  static const _timeout = Duration(seconds: 45);
  static const _longest = 8 << 20;

  /// Sends a request and gives the answer, if the server accepted it. Else throws [ApiFailure].
  Future<ApiAnswer> send(
    String method,
    String path, {
    Map<String, String> query = const {},
    Object? body,
    String? token,
  }) async {
    final base = server.path.endsWith('/') ? server.path.substring(0, server.path.length - 1) : server.path;
    final uri = server.replace(path: '$base$path', queryParameters: query.isEmpty ? null : query);
    // Ends a request that is given up, whichever part of it is under way.
    void Function()? abort;
    try {
      return await (() async {
        // ignore: close_sinks, closed by _write
        final request = await _client.openUrl(method, uri);
        abort = request.abort;
        return _take(await _write(request, body, token));
      })().timeout(timeout);
    } on TimeoutException {
      abort?.call();
      throw const Unreachable('no answer in time');
    } on IOException catch (failure) {
      throw Unreachable(_short(failure));
    } on FormatException catch (failure) {
      throw Unreachable('not readable: ${failure.message}');
    }
  }

  Future<HttpClientResponse> _write(HttpClientRequest request, Object? body, String? token) {
    request
      ..followRedirects = false
      ..headers.set(HttpHeaders.acceptHeader, 'application/json');
    if (token != null) request.headers.set(HttpHeaders.authorizationHeader, 'Bearer $token');
    if (body != null) {
      final bytes = utf8.encode(jsonEncode(body));
      request
        ..headers.contentType = ContentType.json
        ..contentLength = bytes.length
        ..add(bytes);
    }
    return request.close();
  }

  Future<ApiAnswer> _take(HttpClientResponse response) async {
    final bytes = <int>[];
    await for (final part in response) {
      bytes.addAll(part);
      if (bytes.length > _longest) throw const Unreachable('a body without end');
    }
    final status = response.statusCode;
    final date = response.headers.value(HttpHeaders.dateHeader);
    final isJson = response.headers.contentType?.subType.endsWith('json') ?? false;
    if (isJson && date != null) serverClock.observe(HttpDate.parse(date));
    final json = isJson ? jsonDecode(utf8.decode(bytes)) : null;
    if (status >= 400) throw _refusal(status, json, response.headers);
    if (status == 204) return ApiAnswer(status, const {});
    if (status >= 300 || json is! Map<String, Object?>) throw Unreachable('status $status from something else');
    return ApiAnswer(status, json);
  }

  Refused _refusal(int status, Object? json, HttpHeaders headers) {
    final problem = json is Map<String, Object?> ? json : const <String, Object?>{};
    return Refused(
      status: status,
      code: switch (problem['code']) {
        final String code => code,
        _ => 'http_$status',
      },
      detail: '${problem['detail'] ?? problem['title'] ?? ''}',
      requestId: headers.value('x-request-id'),
      problems: FieldProblem.listOf(problem['errors']),
      retryAfter: _retryAfter(headers.value(HttpHeaders.retryAfterHeader)),
    );
  }

  static Duration? _retryAfter(String? header) {
    if (header == null) return null;
    final seconds = int.tryParse(header) ?? _secondsUntil(header);
    // Whoever asks for longer is no server that knows when it is back.
    return seconds == null ? null : Duration(seconds: seconds.clamp(0, Duration.secondsPerDay));
  }

  static int? _secondsUntil(String date) {
    try {
      return HttpDate.parse(date).difference(clock.now()).inSeconds;
    } on HttpException {
      return null;
    }
  }

  /// Without the address: it may stand in a report.
  static String _short(IOException failure) => switch (failure) {
    SocketException(:final osError?) => osError.message,
    SocketException(:final message) => message,
    HttpException(:final message) => message,
    TlsException(:final message) => 'TLS: $message',
    _ => '${failure.runtimeType}',
  };

  /// Breaks off whatever is under way.
  void close() => _client.close(force: true);
}
