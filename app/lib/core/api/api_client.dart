import 'dart:convert';

import 'package:clock/clock.dart';
import 'package:flutter/foundation.dart';

import 'api_answer.dart';
import 'api_failure.dart';
import 'field_problem.dart';
import 'http_date.dart';
import 'http_transport.dart';
import 'io_transport.dart' if (dart.library.js_interop) 'fetch_transport.dart';
import 'server_address.dart';
import 'server_clock.dart';

/// HTTP and JSON with one server. Knows neither routes nor users.
final class ApiClient {
  /// A client of [server], the address without `/api`, which must be one that [isServerAllowed].
  ApiClient(this.server, {required this.serverClock, HttpTransport? transport, this.timeout = _timeout})
    : _transport = transport ?? platformTransport() {
    if (!isServerAllowed(server, isDebug: kDebugMode)) {
      throw ArgumentError.value('$server', 'server', 'must be https');
    }
  }

  /// The server's address, without `/api`.
  final Uri server;

  /// Updated by every response.
  final ServerClock serverClock;

  /// Limit for one request including its response. Apache gives up after 40 s.
  final Duration timeout;

  final HttpTransport _transport;

  static const _timeout = Duration(seconds: 45);
  static const _requestId = 'x-request-id';

  /// Sends a request and returns its response. Throws [ApiFailure] unless the status is 2xx.
  Future<ApiAnswer> send(
    String method,
    String path, {
    Map<String, String> query = const {},
    Object? body,
    String? token,
  }) async {
    final base = server.path.endsWith('/') ? server.path.substring(0, server.path.length - 1) : server.path;
    final uri = server.replace(path: '$base$path', queryParameters: query.isEmpty ? null : query);
    final answer = await _transport.send(
      method,
      uri,
      headers: {
        'accept': 'application/json',
        if (token != null) 'authorization': 'Bearer $token',
        if (body != null) 'content-type': 'application/json; charset=utf-8',
      },
      body: body == null ? null : utf8.encode(jsonEncode(body)),
      limit: timeout,
    );
    return _read(answer);
  }

  ApiAnswer _read(HttpTransportAnswer answer) {
    final HttpTransportAnswer(:status, :headers) = answer;
    final type = headers['content-type']?.split(';').first.trim() ?? '';
    // Every answer of the server has a request id; another machine's, such as a hotel's sign-in page, has none.
    final date = headers[_requestId] == null ? null : parseHttpDate(headers['date']);
    if (date != null) serverClock.observe(date);
    final json = type.toLowerCase().endsWith('json') ? _decoded(answer.body) : null;
    if (status >= 400) throw _refusal(status, json, headers);
    if (status == 204) return ApiAnswer(status, const {});
    if (status >= 300 || json is! Map<String, Object?>) throw Unreachable('status $status is not a weight-sync answer');
    return ApiAnswer(status, json);
  }

  static Object? _decoded(Uint8List body) {
    try {
      return jsonDecode(utf8.decode(body));
    } on FormatException catch (failure) {
      throw Unreachable('unreadable response: ${failure.message}');
    }
  }

  Refused _refusal(int status, Object? json, Map<String, String> headers) {
    final problem = json is Map<String, Object?> ? json : const <String, Object?>{};
    return Refused(
      status: status,
      code: switch (problem['code']) {
        final String code => code,
        _ => 'http_$status',
      },
      detail: '${problem['detail'] ?? problem['title'] ?? ''}',
      requestId: headers[_requestId],
      problems: FieldProblem.listOf(problem['errors']),
      retryAfter: _retryAfter(headers['retry-after']),
    );
  }

  static Duration? _retryAfter(String? header) {
    if (header == null) return null;
    final seconds = int.tryParse(header) ?? _secondsUntil(header);
    // Longer values are not plausible.
    return seconds == null ? null : Duration(seconds: seconds.clamp(0, Duration.secondsPerDay));
  }

  static int? _secondsUntil(String date) => parseHttpDate(date)?.difference(clock.now()).inSeconds;

  /// Aborts all pending requests.
  void close() => _transport.close();
}
