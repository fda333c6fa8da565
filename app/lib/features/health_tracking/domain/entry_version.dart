import 'package:meta/meta.dart';

import 'weight.dart';

/// One version of an entry: a measurement or a deletion.
@immutable
final class EntryVersion {
  /// A measurement.
  const EntryVersion({required Weight this.weight, required DateTime this.timestamp, required this.editedAt});

  /// A deletion.
  const EntryVersion.deleted({required this.editedAt}) : weight = null, timestamp = null;

  /// The measured weight; null for a deletion.
  final Weight? weight;

  /// When it was measured, in UTC; null for a deletion.
  final DateTime? timestamp;

  /// When the user made this edit, by the clock of the device.
  final DateTime editedAt;

  /// Whether this is a deletion.
  bool get isDeleted => weight == null;

  /// Whether both have the same content, whenever they were edited.
  bool hasContentOf(EntryVersion other) => other.weight == weight && other.timestamp == timestamp;

  @override
  bool operator ==(Object other) =>
      other is EntryVersion && other.weight == weight && other.timestamp == timestamp && other.editedAt == editedAt;

  @override
  int get hashCode => Object.hash(weight, timestamp, editedAt);
}
