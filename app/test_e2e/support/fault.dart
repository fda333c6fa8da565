/// Where a request breaks off.
final class Fault {
  /// The server gets the first [bytes] bytes of the next request that begins with [request].
  const Fault.inRequest(this.request, int bytes)
    : requestBytes = bytes,
      answerBytes = null,
      isStuck = false,
      spoilsToken = false;

  /// The server gets the first [bytes] bytes, and waits for the others until it ends.
  const Fault.stuck(this.request, int bytes)
    : requestBytes = bytes,
      answerBytes = null,
      isStuck = true,
      spoilsToken = false;

  /// The server gets and does all; the device gets [bytes] bytes of the answer.
  const Fault.inAnswer(this.request, {int bytes = 0})
    : requestBytes = null,
      answerBytes = bytes,
      isStuck = false,
      spoilsToken = false;

  /// Nothing breaks off, but the server gets another token than was sent, and refuses it.
  const Fault.spoiledToken(this.request) : requestBytes = null, answerBytes = null, isStuck = false, spoilsToken = true;

  /// An upload.
  static const upload = 'POST /api/health-metrics/weight/sync';

  /// A download.
  static const download = 'GET /api/health-metrics/weight/sync';

  /// Begin of the request line.
  final String request;

  /// What passes of the request.
  final int? requestBytes;

  /// Whether the rest of the request is held back instead of broken off.
  final bool isStuck;

  /// Whether the token is another on arrival.
  final bool spoilsToken;

  /// What passes of the answer.
  final int? answerBytes;
}
