import 'package:meta/meta.dart';

import 'weight.dart';

/// One version of an entry: a measurement, or the fact that it was deleted.
@immutable
final class EntryVersion {
  /// A measurement.
  const EntryVersion({required Weight this.weight, required DateTime this.timestamp, required this.editedAt});

  /// A deletion.
  const EntryVersion.deleted({required this.editedAt}) : weight = null, timestamp = null;

  /// What was measured; null for a deletion.
  final Weight? weight;

  /// When it was measured; null for a deletion.
  final DateTime? timestamp;

  /// When a person made this version.
  final DateTime editedAt;

  /// Whether the entry was deleted.
  bool get isDeleted => weight == null;

  /// Whether both say the same, whoever said it when.
  bool hasContentOf(EntryVersion other) => other.weight == weight && other.timestamp == timestamp;

  @override
  bool operator ==(Object other) =>
      other is EntryVersion && other.weight == weight && other.timestamp == timestamp && other.editedAt == editedAt;

  @override
  int get hashCode => Object.hash(weight, timestamp, editedAt);
}
