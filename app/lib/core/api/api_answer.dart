/// A successful response.
final class ApiAnswer {
  /// A response with [status] and [body].
  const ApiAnswer(this.status, this.body);

  /// 200 to 299.
  final int status;

  /// The JSON object; empty when there was no body.
  final Map<String, Object?> body;
}
