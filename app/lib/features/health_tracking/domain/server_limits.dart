import 'package:meta/meta.dart';

import '../../../core/api/field_problem.dart';
import 'weight.dart';
import 'weight_range.dart';
import 'weight_unit.dart';

/// What the server accepts. The defaults are those of docs/PROTOCOL.md, "Limits".
@immutable
final class ServerLimits {
  /// Limits of a server, or the defaults.
  const ServerLimits({
    this.ranges = const {
      WeightUnit.kg: WeightRange(10, 100000),
      WeightUnit.lb: WeightRange(20, 220462),
      WeightUnit.st: WeightRange(2, 15747),
    },
    this.timestampsAhead = const Duration(hours: 24),
    this.batchEntries = 100,
    this.pageEntries = 250,
    this.passwordShortest = 12,
    this.passwordLongest = 128,
    this.isRegistrationOpen = true,
    this.sendsMail = false,
    this.googleClientIds = const [],
    this.serverVersion,
  });

  /// The accepted weights of each unit.
  final Map<WeightUnit, WeightRange> ranges;

  /// How far in the future a measurement may be.
  final Duration timestampsAhead;

  /// Maximum number of entries in an upload.
  final int batchEntries;

  /// Maximum number of entries on a page of a download.
  final int pageEntries;

  /// Minimum number of characters of a password.
  final int passwordShortest;

  /// Maximum number of characters of a password.
  final int passwordLongest;

  /// Whether new accounts can be created.
  final bool isRegistrationOpen;

  /// Whether the server mails one-time codes.
  final bool sendsMail;

  /// Client ids for sign-in with Google; empty if the server does not support it.
  final List<String> googleClientIds;

  /// The server's version; null if unknown.
  final String? serverVersion;

  /// The earliest time of a measurement.
  static final DateTime earliest = DateTime.utc(1900);

  /// What the server would refuse about this entry at [now]; empty if nothing.
  List<FieldProblem> check(Weight weight, DateTime timestamp, {required DateTime now}) => [
    if (!(ranges[weight.unit]?.contains(weight) ?? true)) const FieldProblem('weight_value', 'out_of_range'),
    if (timestamp.isBefore(earliest) || timestamp.isAfter(now.add(timestampsAhead)))
      const FieldProblem('timestamp', 'out_of_range'),
  ];
}
