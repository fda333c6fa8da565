import 'dart:convert';
import 'dart:typed_data';

import 'package:crypto/crypto.dart';
import 'package:meta/meta.dart';

import 'entry_version.dart';

/// Number and hash of live entries, by which a device notices what it or the server has lost (docs/PROTOCOL.md, "Finding
/// a loss"). The hash is in two halves of 32 bits: a browser's numbers hold 53.
@immutable
final class LiveTotals {
  const LiveTotals._(this.count, this._high, this._low);

  /// Those of one entry, which the server calls [id].
  factory LiveTotals.of(String id, EntryVersion version) {
    final (weight, timestamp) = (version.weight, version.timestamp);
    if (weight == null || timestamp == null) return none;
    final text = '$id ${weight.hundredths} ${weight.unit.code} ${timestamp.microsecondsSinceEpoch}';
    final bytes = ByteData.sublistView(Uint8List.fromList(sha256.convert(ascii.encode(text)).bytes));
    return LiveTotals._(1, bytes.getUint32(0), bytes.getUint32(4));
  }

  /// Those of a response; null if it has none.
  static LiveTotals? read(Object? json) {
    if (json case {'count': final int count, 'hash': final String hash} when hash.length == 16) {
      final (high, low) = (int.tryParse(hash.substring(0, 8), radix: 16), int.tryParse(hash.substring(8), radix: 16));
      if (high != null && low != null) return LiveTotals._(count, high, low);
    }
    return null;
  }

  /// Those of no entries.
  static const none = LiveTotals._(0, 0, 0);

  /// The number of entries.
  final int count;

  final int _high;
  final int _low;

  /// Those of both sets of entries together.
  LiveTotals operator +(LiveTotals other) => LiveTotals._(count + other.count, _high ^ other._high, _low ^ other._low);

  /// What [other] lacks or has besides. The same entries give the same difference, whatever the others are.
  LiveTotals operator -(LiveTotals other) => LiveTotals._(count - other.count, _high ^ other._high, _low ^ other._low);

  @override
  bool operator ==(Object other) =>
      other is LiveTotals && other.count == count && other._high == _high && other._low == _low;

  @override
  int get hashCode => Object.hash(count, _high, _low);

  static String _digits(int half) => half.toRadixString(16).padLeft(8, '0');

  @override
  String toString() => '$count ${_digits(_high)}${_digits(_low)}';
}
