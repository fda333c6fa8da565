/// What the server answered to a request that it accepted.
final class ApiAnswer {
  /// With [status] and [body].
  const ApiAnswer(this.status, this.body);

  /// 200 to 299.
  final int status;

  /// The JSON object; empty where there was no body.
  final Map<String, Object?> body;
}
