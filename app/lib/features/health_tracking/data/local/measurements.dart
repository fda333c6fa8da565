import 'dart:collection';

import '../../../../core/state/slices.dart';
import '../../domain/measurement.dart';
import '../../domain/weight_entry.dart';

/// What [entry] says, whichever entry it is.
Measurement measurementOf(WeightEntry entry) => (weight: entry.weight, timestamp: entry.timestamp);

/// The measurements of [entries]. Works in slices.
Future<Set<Measurement>> measurementsOf(Iterable<WeightEntry> entries) async {
  final slices = Slices();
  // Grows without computing the hashes again.
  final measurements = HashSet<Measurement>();
  for (final entry in entries) {
    measurements.add(measurementOf(entry));
    await slices.pause();
  }
  return measurements;
}
