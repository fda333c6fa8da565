import 'dart:async';
import 'dart:convert';
import 'dart:io';

import 'package:clock/clock.dart';
import 'package:flutter/foundation.dart';

import 'api_answer.dart';
import 'api_failure.dart';
import 'field_problem.dart';
import 'server_address.dart';
import 'server_clock.dart';

/// HTTP and JSON with one server. Knows neither routes nor users.
final class ApiClient {
  /// A client of [server], the address without `/api`, which must be one that [isServerAllowed].
  ApiClient(this.server, {required this.serverClock, HttpClient Function()? httpClient, this.timeout = _timeout})
    : _client = (httpClient ?? HttpClient.new)() {
    if (!isServerAllowed(server, isDebug: kDebugMode)) {
      throw ArgumentError.value('$server', 'server', 'must be https');
    }
    _client
      ..connectionTimeout = const Duration(seconds: 15)
      // Shorter than Apache's keep-alive timeout, so that a connection which Apache is about to close is not reused.
      ..idleTimeout = const Duration(seconds: 2);
  }

  /// The server's address, without `/api`.
  final Uri server;

  /// Updated by every response.
  final ServerClock serverClock;

  /// Limit for one request including its response. Apache gives up after 40 s.
  final Duration timeout;

  final HttpClient _client;

  static const _timeout = Duration(seconds: 45);
  static const _requestId = 'x-request-id';
  static const _maxBodyBytes = 8 << 20;

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
    // Aborts the request on timeout, whatever stage it is in.
    void Function()? abort;
    try {
      return await (() async {
        // ignore: close_sinks, closed by _writeRequest
        final request = await _client.openUrl(method, uri);
        abort = request.abort;
        return _readResponse(await _writeRequest(request, body, token));
      })().timeout(timeout);
    } on TimeoutException {
      abort?.call();
      throw const Unreachable('timed out');
    } on IOException catch (failure) {
      throw Unreachable(_messageOf(failure));
    } on FormatException catch (failure) {
      throw Unreachable('unreadable response: ${failure.message}');
    }
  }

  Future<HttpClientResponse> _writeRequest(HttpClientRequest request, Object? body, String? token) {
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

  Future<ApiAnswer> _readResponse(HttpClientResponse response) async {
    final bytes = <int>[];
    await for (final part in response) {
      bytes.addAll(part);
      if (bytes.length > _maxBodyBytes) throw const Unreachable('response too large');
    }
    final status = response.statusCode;
    final date = response.headers.value(HttpHeaders.dateHeader);
    final isJson = response.headers.contentType?.subType.endsWith('json') ?? false;
    // Every answer of the server has a request id; another machine's, such as a hotel's sign-in page, has none.
    final isFromServer = response.headers.value(_requestId) != null;
    if (isFromServer && date != null) serverClock.observe(HttpDate.parse(date));
    final json = isJson ? jsonDecode(utf8.decode(bytes)) : null;
    if (status >= 400) throw _refusal(status, json, response.headers);
    if (status == 204) return ApiAnswer(status, const {});
    if (status >= 300 || json is! Map<String, Object?>) throw Unreachable('status $status is not a weight-sync answer');
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
      requestId: headers.value(_requestId),
      problems: FieldProblem.listOf(problem['errors']),
      retryAfter: _retryAfter(headers.value(HttpHeaders.retryAfterHeader)),
    );
  }

  static Duration? _retryAfter(String? header) {
    if (header == null) return null;
    final seconds = int.tryParse(header) ?? _secondsUntil(header);
    // Longer values are not plausible.
    return seconds == null ? null : Duration(seconds: seconds.clamp(0, Duration.secondsPerDay));
  }

  static int? _secondsUntil(String date) {
    try {
      return HttpDate.parse(date).difference(clock.now()).inSeconds;
    } on HttpException {
      return null;
    }
  }

  /// The system's message without the address: it may end up in a report.
  static String _messageOf(IOException failure) => switch (failure) {
    SocketException(:final osError?) => osError.message,
    SocketException(:final message) => message,
    HttpException(:final message) => message,
    TlsException(:final message) => 'TLS: $message',
    _ => '${failure.runtimeType}',
  };

  /// Aborts all pending requests.
  void close() => _client.close(force: true);
}
