import 'package:meta/meta.dart';

import '../../../../core/api/field_problem.dart';
import '../../domain/entry_version.dart';
import 'identity.dart';

/// An edit that the server has not answered.
///
/// Once it was sent it does not change any more: when the answer is lost it is sent again as it was, and the server knows
/// it. A newer edit of the same entry waits behind it in a line of its own.
@immutable
final class OutboxLine {
  /// An edit of the entry [key].
  const OutboxLine({
    required this.number,
    required this.key,
    required this.version,
    this.base,
    this.isSent = false,
    this.isOffered = false,
    this.revivedAs,
    this.problems = const [],
  });

  /// Its place in the outbox.
  final int number;

  /// The entry.
  final String key;

  /// What it shall say.
  final EntryVersion version;

  /// The server's stamp of the version that the person saw.
  final DateTime? base;

  /// Whether it may have reached the server.
  final bool isSent;

  /// Whether no person made it: it is what the device held when the server had been restored.
  final bool isOffered;

  /// Set when the entry is made anew under that name, because the server has lost it.
  final Identity? revivedAs;

  /// Why the server refused it; it waits for a correction.
  final List<FieldProblem> problems;

  /// Whether it can be sent.
  bool get isSendable => problems.isEmpty;

  /// A copy with some parts replaced.
  OutboxLine copyWith({DateTime? base, bool? isSent, Identity? revivedAs, List<FieldProblem>? problems}) => OutboxLine(
    number: number,
    key: key,
    version: version,
    base: base ?? this.base,
    isSent: isSent ?? this.isSent,
    isOffered: isOffered,
    revivedAs: revivedAs ?? this.revivedAs,
    problems: problems ?? this.problems,
  );
}
