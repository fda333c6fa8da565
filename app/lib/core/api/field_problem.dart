import 'package:meta/meta.dart';

/// What is wrong with one field, in the words of the wire (docs/PROTOCOL.md, "Field errors").
@immutable
final class FieldProblem {
  /// A problem of [field].
  const FieldProblem(this.field, this.code, [this.message = '']);

  /// Those in a `errors` member of the wire.
  static List<FieldProblem> listOf(Object? json) => [
    if (json is List<Object?>)
      for (final problem in json)
        if (problem is Map<String, Object?>)
          FieldProblem('${problem['field'] ?? ''}', '${problem['code'] ?? ''}', '${problem['message'] ?? ''}'),
  ];

  /// Name on the wire: `weight_value`, `unit`, `timestamp`, `email`, `password` …
  final String field;

  /// Stable code: `out_of_range`, `too_short` …
  final String code;

  /// In English, for reports; people are told by [code].
  final String message;

  @override
  bool operator ==(Object other) => other is FieldProblem && other.field == field && other.code == code;

  @override
  int get hashCode => Object.hash(field, code);

  @override
  String toString() => '$field: $code';
}
