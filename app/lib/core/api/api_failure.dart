import 'field_problem.dart';

/// Why a request brought nothing.
sealed class ApiFailure implements Exception {
  const ApiFailure();
}

/// There was no answer, or none of a weight-sync server (the sign-in page of a hotel's network, for instance). Whether
/// the server did what was asked is not known.
final class Unreachable extends ApiFailure {
  /// With what the system said.
  const Unreachable(this.detail);

  /// For a report.
  final String detail;

  @override
  String toString() => 'Unreachable: $detail';
}

/// The server answered that it will not, or cannot now.
final class Refused extends ApiFailure {
  /// As the server said.
  const Refused({
    required this.status,
    required this.code,
    this.detail = '',
    this.requestId,
    this.problems = const [],
    this.retryAfter,
  });

  /// The status of HTTP.
  final int status;

  /// The stable code (docs/PROTOCOL.md); `http_<status>` when the body was none of ours.
  final String code;

  /// In English.
  final String detail;

  /// Names the request in the server's log.
  final String? requestId;

  /// Fields at fault.
  final List<FieldProblem> problems;

  /// How long the server asked to be left alone.
  final Duration? retryAfter;

  /// Whether the same request may well succeed later.
  bool get isPassing => status >= 500 || status == 429 || status == 408 || status == 425;

  /// Whether the server itself says that it knows the caller no more. Something on the way (a proxy that wants a password
  /// of its own) says 401 too, but not why.
  bool get endsSession => status == 401 && !code.startsWith('http_');

  @override
  String toString() => 'Refused: $status $code $detail';
}
