import 'dart:typed_data';

/// Extension point: sends HTTP requests, for an app that has an HTTP stack of its own.
abstract interface class HttpTransport {
  /// The longest body that a response may have, in bytes.
  static const maxBodyBytes = 8 << 20;

  /// Sends a request and returns the whole response, whatever its status. Follows no redirects, uses no cache and no
  /// cookies. Aborts the request and throws an `Unreachable` if the response does not come within [limit] or is longer than
  /// [maxBodyBytes]. The error's text contains no address.
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
