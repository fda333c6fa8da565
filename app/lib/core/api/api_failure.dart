import 'field_problem.dart';

/// Why a request failed.
sealed class ApiFailure implements Exception {
  const ApiFailure();
}

/// No response, or one from something other than a weight-sync server, for example the sign-in page of a hotel network.
/// The server may or may not have processed the request.
final class Unreachable extends ApiFailure {
  /// A failure with the system's message as [detail].
  const Unreachable(this.detail);

  /// Text for the report.
  final String detail;

  @override
  String toString() => 'Unreachable: $detail';
}

/// The server refused the request, or cannot serve it now.
final class Refused extends ApiFailure {
  /// A refusal as the server described it.
  const Refused({
    required this.status,
    required this.code,
    this.detail = '',
    this.requestId,
    this.problems = const [],
    this.retryAfter,
  });

  /// The HTTP status.
  final int status;

  /// The stable code (docs/PROTOCOL.md, "Errors"); `http_<status>` when the body was not a problem document.
  final String code;

  /// The server's explanation, in English.
  final String detail;

  /// Identifies the request in the server's log.
  final String? requestId;

  /// The invalid fields.
  final List<FieldProblem> problems;

  /// How long the server asks clients to wait (`Retry-After`).
  final Duration? retryAfter;

  /// Whether the same request may succeed later.
  bool get isPassing => status >= 500 || status == 429 || status == 408 || status == 425;

  /// Whether the weight-sync server itself rejected the session. A proxy's 401 has no problem code and does not count.
  bool get endsSession => status == 401 && !code.startsWith('http_');

  @override
  String toString() => 'Refused: $status $code $detail';
}
