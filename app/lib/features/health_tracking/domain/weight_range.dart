import 'package:meta/meta.dart';

import 'weight.dart';

/// The accepted weights of one unit, in hundredths, both ends included.
@immutable
final class WeightRange {
  /// From [least] to [most].
  const WeightRange(this.least, this.most);

  /// The smallest, in hundredths.
  final int least;

  /// The largest, in hundredths.
  final int most;

  /// Whether a weight of this unit is in the range.
  bool contains(Weight weight) => least <= weight.hundredths && weight.hundredths <= most;

  @override
  bool operator ==(Object other) => other is WeightRange && other.least == least && other.most == most;

  @override
  int get hashCode => Object.hash(least, most);
}
