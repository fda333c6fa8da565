import '../../../../core/api/field_problem.dart';
import '../../domain/conflict_reason.dart';
import 'server_entry.dart';
import 'upload_result.dart';

/// The answer to an upload: one result per edit, in the order of the edits, and the epoch of the server's database.
typedef UploadAnswer = ({List<UploadResult> results, String? epoch});

typedef _Json = Map<String, Object?>;

/// Parses the answer to an upload of [count] edits. Throws a [FormatException] or a [TypeError] if it is not one.
UploadAnswer readUploadAnswer(_Json json, int count) => (
  results: _resultsOf(json, count),
  epoch: switch (json['sync']) {
    {'epoch': final String epoch} => epoch,
    _ => null,
  },
);

List<UploadResult> _resultsOf(_Json json, int count) {
  final conflicts = _byIndex(json['conflicts']);
  final synced = _byIndex(json['synced']);
  final errors = _byIndex(json['errors']);
  return [
    for (var index = 0; index < count; index++)
      if (synced[index] case final entry?)
        _accepted(entry, conflicts[index])
      else if (conflicts[index] case final conflict?)
        _kept(conflict)
      else if (errors[index] case final error?)
        _rejected(error)
      else
        throw FormatException('no result for edit $index'),
  ];
}

Map<int, _Json> _byIndex(Object? list) => {
  for (final item in list! as List<Object?>)
    if (item is _Json) item['index']! as int: item,
};

Accepted _accepted(_Json entry, _Json? conflict) => Accepted(
  serverId: entry['server_id'] as String?,
  updatedAt: switch (entry['updated_at']) {
    final String time => DateTime.parse(time).toUtc(),
    _ => null,
  },
  overwritten: conflict?['server_entry'] == null ? null : ServerEntry.fromJson(conflict!['server_entry']),
  reason: conflict == null ? null : ConflictReason.of(conflict['reason']),
);

UploadResult _kept(_Json conflict) {
  final entry = conflict['server_entry'];
  return entry == null ? const Gone() : Overruled(ServerEntry.fromJson(entry), ConflictReason.of(conflict['reason']));
}

Rejected _rejected(_Json error) {
  final problems = FieldProblem.listOf(error['errors']);
  return Rejected(problems.isEmpty ? [FieldProblem('', '${error['code']}')] : problems);
}
