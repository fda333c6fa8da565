/// A network fault that happens to one request.
final class Fault {
  /// The server receives only the first [bytes] bytes of the next request that starts with [request].
  const Fault.inRequest(this.request, int bytes)
    : requestBytes = bytes,
      answerBytes = null,
      isStalled = false,
      corruptsToken = false;

  /// The server receives the first [bytes] bytes and waits for the rest until it stops.
  const Fault.stalled(this.request, int bytes)
    : requestBytes = bytes,
      answerBytes = null,
      isStalled = true,
      corruptsToken = false;

  /// The server processes the request, but the device receives only the first [bytes] bytes of the response.
  const Fault.inAnswer(this.request, {int bytes = 0})
    : requestBytes = null,
      answerBytes = bytes,
      isStalled = false,
      corruptsToken = false;

  /// The server receives a changed access token, which it refuses.
  const Fault.corruptToken(this.request)
    : requestBytes = null,
      answerBytes = null,
      isStalled = false,
      corruptsToken = true;

  /// An upload.
  static const upload = 'POST /api/health-metrics/weight/sync';

  /// A download.
  static const download = 'GET /api/health-metrics/weight/sync';

  /// The start of the request line.
  final String request;

  /// How many bytes of the request are forwarded; null for all.
  final int? requestBytes;

  /// Whether the rest of the request is held back while the connection stays open.
  final bool isStalled;

  /// Whether the token is changed on the way.
  final bool corruptsToken;

  /// How many bytes of the response are forwarded; null for all.
  final int? answerBytes;
}
