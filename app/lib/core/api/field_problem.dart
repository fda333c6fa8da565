import 'package:meta/meta.dart';

/// What is wrong with one field (docs/PROTOCOL.md, "Field errors").
@immutable
final class FieldProblem {
  /// A problem with [field].
  const FieldProblem(this.field, this.code, [this.message = '']);

  /// Parses the `errors` member of a response; items that are not objects are skipped.
  static List<FieldProblem> listOf(Object? json) => [
    if (json is List<Object?>)
      for (final problem in json)
        if (problem is Map<String, Object?>)
          FieldProblem('${problem['field'] ?? ''}', '${problem['code'] ?? ''}', '${problem['message'] ?? ''}'),
  ];

  /// The field's JSON name: `weight_value`, `unit`, `timestamp`, `email`, `password` …
  final String field;

  /// The stable code: `out_of_range`, `too_short` …
  final String code;

  /// English text for reports; the screens translate [code] instead.
  final String message;

  @override
  bool operator ==(Object other) => other is FieldProblem && other.field == field && other.code == code;

  @override
  int get hashCode => Object.hash(field, code);

  @override
  String toString() => '$field: $code';
}
