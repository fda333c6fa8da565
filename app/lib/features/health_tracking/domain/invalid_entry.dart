import '../../../core/api/field_problem.dart';

/// Thrown when an entry would not be accepted by the server; nothing was stored.
final class InvalidEntry implements Exception {
  /// With what is wrong.
  const InvalidEntry(this.problems);

  /// At least one.
  final List<FieldProblem> problems;

  @override
  String toString() => 'InvalidEntry: ${problems.join(', ')}';
}
