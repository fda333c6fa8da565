import 'dart:typed_data';

/// Extension point: sends HTTP requests, for an app that has an HTTP stack of its own.
abstract interface class HttpTransport {
  /// The longest body that a response may have, in bytes.
  static const maxBodyBytes = 8 << 20;

  /// Sends a request and returns the whole response, whatever its status. Follows no redirects, uses no cache and no
  /// cookies. Throws an `Unreachable` without an address in its text if there is no response within [limit], or a longer
  /// one than [maxBodyBytes]; the request is aborted then.
  Future<HttpTransportAnswer> send(
    String method,
    Uri uri, {
    required Map<String, String> headers,
    required Duration limit,
    Uint8List? body,
  });

  /// Aborts all pending requests.
  void close();
}

/// A response.
final class HttpTransportAnswer {
  /// A response with [status]; the names of [headers] are in lower case.
  const HttpTransportAnswer(this.status, this.headers, this.body);

  /// The HTTP status.
  final int status;

  /// The headers by lower-case name.
  final Map<String, String> headers;

  /// The body.
  final Uint8List body;
}
