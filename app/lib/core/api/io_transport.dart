import 'dart:async';
import 'dart:io';
import 'dart:typed_data';

import 'api_failure.dart';
import 'http_transport.dart';

/// The default on phones and desktops.
HttpTransport platformTransport() => IoTransport();

/// Sends requests through an [HttpClient] of dart:io.
final class IoTransport implements HttpTransport {
  /// Sends them through [client], for example one with a proxy or certificates of its own.
  IoTransport([HttpClient? client]) : _client = client ?? HttpClient() {
    _client
      ..connectionTimeout = const Duration(seconds: 15)
      // Shorter than Apache's keep-alive timeout, so that a connection which Apache is about to close is not reused.
      ..idleTimeout = const Duration(seconds: 2);
  }

  final HttpClient _client;

  @override
  Future<HttpTransportAnswer> send(
    String method,
    Uri uri, {
    required Map<String, String> headers,
    required Duration limit,
    Uint8List? body,
  }) async {
    // Aborts the request on timeout, whatever stage it is in.
    void Function()? abort;
    try {
      return await (() async {
        // ignore: close_sinks, closed below
        final request = await _client.openUrl(method, uri);
        abort = request.abort;
        request.followRedirects = false;
        headers.forEach(request.headers.set);
        if (body != null) {
          request
            ..contentLength = body.length
            ..add(body);
        }
        return _read(await request.close());
      })().timeout(limit);
    } on TimeoutException {
      abort?.call();
      throw const Unreachable('timed out');
    } on IOException catch (failure) {
      throw Unreachable(_messageOf(failure));
    }
  }

  static Future<HttpTransportAnswer> _read(HttpClientResponse response) async {
    final bytes = BytesBuilder(copy: false);
    await for (final part in response) {
      bytes.add(part);
      if (bytes.length > HttpTransport.maxBodyBytes) throw const Unreachable('response too large');
    }
    final headers = <String, String>{};
    response.headers.forEach((name, values) => headers[name] = values.join(', '));
    return HttpTransportAnswer(response.statusCode, headers, bytes.takeBytes());
  }

  /// The system's message without the address: it may end up in a report.
  static String _messageOf(IOException failure) => switch (failure) {
    SocketException(:final osError?) => osError.message,
    SocketException(:final message) => message,
    HttpException(:final message) => message,
    TlsException(:final message) => 'TLS: $message',
    _ => '${failure.runtimeType}',
  };

  @override
  void close() => _client.close(force: true);
}
