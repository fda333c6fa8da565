import 'package:meta/meta.dart';

import '../../../core/api/field_problem.dart';
import 'weight.dart';
import 'weight_range.dart';
import 'weight_unit.dart';

/// What the server accepts. The defaults are those of docs/PROTOCOL.md.
@immutable
final class ServerLimits {
  /// Limits that a server told, or the defaults.
  const ServerLimits({
    this.ranges = const {
      WeightUnit.kg: WeightRange(10, 100000),
      WeightUnit.lb: WeightRange(20, 220462),
      WeightUnit.st: WeightRange(2, 15747),
    },
    this.timestampsAhead = const Duration(hours: 24),
    this.batchEntries = 100,
    this.batchBytes = 131072,
    this.pageEntries = 250,
    this.passwordShortest = 12,
    this.passwordLongest = 128,
    this.isRegistrationOpen = true,
    this.googleClientIds = const [],
    this.serverVersion,
  });

  /// Plausible weights of each unit.
  final Map<WeightUnit, WeightRange> ranges;

  /// How far ahead of now a measurement may lie.
  final Duration timestampsAhead;

  /// Entries of one upload.
  final int batchEntries;

  /// Bytes of one upload.
  final int batchBytes;

  /// Entries of one page of a download.
  final int pageEntries;

  /// Characters a password needs.
  final int passwordShortest;

  /// Characters a password may have.
  final int passwordLongest;

  /// Whether new accounts can be made.
  final bool isRegistrationOpen;

  /// Client ids for signing in with Google; empty where the server does not take it.
  final List<String> googleClientIds;

  /// As the server calls itself; null when it did not say.
  final String? serverVersion;

  /// The first day of any measurement.
  static final DateTime earliest = DateTime.utc(1900);

  /// What the server would refuse in such an entry at [now]; empty when all is well.
  List<FieldProblem> check(Weight weight, DateTime timestamp, {required DateTime now}) => [
    if (!(ranges[weight.unit]?.contains(weight) ?? true)) const FieldProblem('weight_value', 'out_of_range'),
    if (timestamp.isBefore(earliest) || timestamp.isAfter(now.add(timestampsAhead)))
      const FieldProblem('timestamp', 'out_of_range'),
  ];
}
