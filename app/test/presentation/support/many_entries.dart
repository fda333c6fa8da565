import 'package:weight_sync/weight_sync.dart';

/// 50,000 entries, newest first, three a day.
final List<WeightEntry> manyEntries = [
  for (var i = 0; i < 50000; i++) _entry(i, DateTime.now().toUtc().subtract(Duration(hours: 8 * i + 1))),
];

WeightEntry _entry(int number, DateTime moment) => WeightEntry(
  key: 'k$number',
  weight: Weight.hundredths(7000 + number * 7919 % 900, WeightUnit.kg),
  timestamp: moment,
  editedAt: moment,
);
