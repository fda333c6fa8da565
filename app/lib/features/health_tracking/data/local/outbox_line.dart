import 'package:meta/meta.dart';

import '../../../../core/api/field_problem.dart';
import '../../domain/entry_version.dart';
import 'identity.dart';

/// An edit that the server has not answered.
///
/// A line that was sent does not change: if the answer is lost, it is sent again unchanged, and the server recognises
/// it. A newer edit of the same entry gets its own line and waits.
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

  /// Its position in the outbox.
  final int number;

  /// The entry's key.
  final String key;

  /// The version after the edit.
  final EntryVersion version;

  /// The server's stamp of the version that the user edited.
  final DateTime? base;

  /// Whether it may have reached the server.
  final bool isSent;

  /// Whether it is not the user's edit but a known version, offered to a server that was restored.
  final bool isOffered;

  /// Set if the server gets the entry under another identity than this store's: it lost the entry, which is created
  /// again, or the entry was recorded without an account.
  final Identity? revivedAs;

  /// Why the server refused it; it then waits for a correction.
  final List<FieldProblem> problems;

  /// Whether it can be sent.
  bool get isSendable => problems.isEmpty;

  /// A copy with some fields replaced.
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
