import 'package:weight_sync/weight_sync.dart';

/// An entry measured [days] ago.
WeightEntry entry(
  double weight, {
  int days = 0,
  WeightUnit unit = WeightUnit.kg,
  EntryMark mark = EntryMark.synced,
  List<FieldProblem> problems = const [],
}) {
  final timestamp = DateTime.now().toUtc().subtract(Duration(days: days, minutes: 5));
  return WeightEntry(
    key: 'e$days',
    weight: Weight(weight, unit),
    timestamp: timestamp,
    editedAt: timestamp,
    mark: mark,
    problems: problems,
  );
}

/// Entries with every mark.
List<WeightEntry> get entries => [
  entry(74.7, mark: EntryMark.pending),
  entry(74.3, days: 3, mark: EntryMark.overtaken),
  entry(165.5, days: 9, unit: WeightUnit.lb),
  entry(75.25, days: 14, mark: EntryMark.refused, problems: const [FieldProblem('weight_value', 'out_of_range')]),
  entry(80, days: 200),
];

/// A conflict between 74.7 kg on this device and 75.2 kg on another.
WeightConflict conflict({
  bool mineWon = true,
  bool isDeletedThere = false,
  bool isGone = false,
  ConflictReason reason = ConflictReason.concurrentEdit,
}) {
  final moment = DateTime.utc(2026, 3, 4, 7, 30);
  return WeightConflict(
    id: 'c1',
    entryKey: 'e0',
    mine: EntryVersion(weight: Weight(74.7, WeightUnit.kg), timestamp: moment, editedAt: moment),
    theirs: isGone
        ? null
        : isDeletedThere
        ? EntryVersion.deleted(editedAt: moment)
        : EntryVersion(weight: Weight(75.2, WeightUnit.kg), timestamp: moment, editedAt: moment),
    mineWon: mineWon,
    reason: reason,
    noticedAt: moment,
  );
}

/// Conflicts with the longest possible texts.
List<WeightConflict> get longConflicts {
  EntryVersion version(double pounds) => EntryVersion(
    weight: Weight(pounds, WeightUnit.lb),
    timestamp: DateTime.utc(2024, 9, 28, 22, 58),
    editedAt: DateTime.utc(2024, 11, 30, 23, 59),
  );
  return [
    for (final (index, reason) in ConflictReason.values.indexed)
      WeightConflict(
        id: 'c$index',
        entryKey: 'e0',
        mine: version(2204.62),
        theirs: reason == ConflictReason.gone ? null : version(2198.88),
        mineWon: index.isOdd,
        reason: reason,
        noticedAt: DateTime.utc(2024, 12, index + 1),
      ),
  ];
}

const _ofEntries = {SyncFailureKind.entriesRefused, SyncFailureKind.newerData};

/// Every kind of status, by a name for test titles.
final Map<String, WeightSyncStatus> statuses = {
  'off': const SyncOff(),
  'idle': const SyncIdle(),
  'idle, pending': const SyncIdle(pending: 2),
  'uploading': const SyncRunning(SyncPhase.upload, done: 30, total: 100),
  'downloading': const SyncRunning(SyncPhase.download, done: 30),
  'offline': SyncOffline(pending: 3, nextTry: DateTime(2026, 3, 4, 14, 5)),
  'retrying': SyncRetrying(
    failure: const SyncFailure(SyncFailureKind.rateLimited),
    pending: 1,
    nextTry: DateTime(2026, 3, 4, 14, 5),
  ),
  'needs sign-in': const SyncNeedsSignIn(pending: 1),
  'conflicts': const SyncConflictWaiting(count: 2),
  for (final kind in SyncFailureKind.values)
    'stalled, ${kind.name}': SyncStalled(
      failure: SyncFailure(kind, count: _ofEntries.contains(kind) ? 2 : null),
      pending: 1,
    ),
};
