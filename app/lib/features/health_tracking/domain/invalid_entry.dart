import '../../../core/api/field_problem.dart';

/// Thrown for an entry that the server would refuse; nothing was stored.
final class InvalidEntry implements Exception {
  /// Invalid because of [problems].
  const InvalidEntry(this.problems);

  /// At least one.
  final List<FieldProblem> problems;

  @override
  String toString() => 'InvalidEntry: ${problems.join(', ')}';
}
