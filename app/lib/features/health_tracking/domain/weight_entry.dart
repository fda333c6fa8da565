import 'package:collection/collection.dart';
import 'package:meta/meta.dart';

import '../../../core/api/field_problem.dart';
import 'entry_mark.dart';
import 'weight.dart';

/// A measurement as the list shows it.
@immutable
final class WeightEntry {
  /// An entry of the list.
  const WeightEntry({
    required this.key,
    required this.weight,
    required this.timestamp,
    required this.editedAt,
    this.base,
    this.mark = EntryMark.synced,
    this.problems = const [],
  });

  /// This device's own name for the entry; stays the same as long as the entry is shown.
  final String key;

  /// What was measured.
  final Weight weight;

  /// When it was measured, in UTC.
  final DateTime timestamp;

  /// When a person last changed it, in UTC, by the clock of the device they used.
  final DateTime editedAt;

  /// The server's stamp of the version that this one was made from or is; null for an entry the server has not seen.
  final DateTime? base;

  /// How it stands with the server.
  final EntryMark mark;

  /// Why the server refused it; empty unless [mark] says so.
  final List<FieldProblem> problems;

  static const _problems = ListEquality<FieldProblem>();

  @override
  bool operator ==(Object other) =>
      other is WeightEntry &&
      other.key == key &&
      other.weight == weight &&
      other.timestamp == timestamp &&
      other.editedAt == editedAt &&
      other.base == base &&
      other.mark == mark &&
      _problems.equals(other.problems, problems);

  @override
  int get hashCode => Object.hash(key, weight, timestamp, editedAt, mark);
}
