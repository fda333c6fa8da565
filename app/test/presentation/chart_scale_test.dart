import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/features/health_tracking/presentation/weight_format.dart';
import 'package:weight_sync/features/health_tracking/presentation/weight_list/chart_data.dart';
import 'package:weight_sync/features/health_tracking/presentation/weight_list/thinned.dart';
import 'package:weight_sync/weight_sync.dart';

import 'support/samples.dart';

void main() {
  test('the lines are at round numbers and enclose all weights', () {
    final scale = ChartData.of([entry(74.7), entry(77.2, days: 10)], WeightUnit.kg).scale;
    expect(scale.ticks, [74, 75, 76, 77, 78]);
    expect(scale.y(74), 0);
    expect(scale.y(78), 1);
  });

  test('a single weight and equal weights get a usable scale', () {
    for (final weights in [
      [entry(74.7)],
      [entry(80), entry(80, days: 9)],
    ]) {
      final scale = ChartData.of(weights, WeightUnit.kg).scale;
      expect(scale.lines, greaterThan(0));
      expect(scale.y(weights.first.weight.value), inInclusiveRange(0.3, 0.9));
      expect(scale.x(weights.first.timestamp), inInclusiveRange(0, 1));
    }
  });

  test('too many weights become a curve of means that ends at the last weight', () {
    final few = [for (var i = 0; i < 50; i++) Offset(i * 6, i.isEven ? 0 : 100)];
    expect(thinned(few, 300), few);
    final many = [for (var i = 0; i < 5000; i++) Offset(i * 300 / 4999, i.isEven ? 0 : 100)];
    final curve = thinned(many, 300);
    expect(curve.length, inInclusiveRange(60, 80));
    expect(curve.last, many.last);
    for (final (index, place) in curve.indexed.skip(1)) {
      expect(place.dx, greaterThan(curve[index - 1].dx));
      if (index < curve.length - 1) expect(place.dy, inInclusiveRange(40, 60));
    }
    expect(thinned(List.filled(500, const Offset(1, 1)), 300), hasLength(2));
  });

  test('the weight nearest to a place is found, also among equal times', () {
    final weights = [entry(70), entry(71, days: 2), entry(72, days: 2), entry(73, days: 10)];
    final data = ChartData.of(weights, WeightUnit.kg);
    expect(
      [
        for (final x in [-1.0, 0.0, 0.3, 0.5, 0.95, 2.0]) data.nearestTo(x).weight.value,
      ],
      [73, 73, 73, 72, 70, 70],
    );
    expect((data.lowest.weight.value, data.highest.weight.value), (70, 73));
    expect(ChartData.of([entry(70)], WeightUnit.kg).nearestTo(0.2).weight.value, 70);
  });

  test('every valid weight is on the scale', () {
    for (final heaviest in [0.2, 1.0, 99.9, 1000.0]) {
      final weights = [entry(heaviest), entry(0.1, days: 1)];
      final scale = ChartData.of(weights, WeightUnit.kg).scale;
      expect(scale.lines, lessThanOrEqualTo(5));
      for (final shown in weights) {
        expect(scale.y(shown.weight.value), inInclusiveRange(-0.001, 1.001));
      }
    }
  });

  test('numbers are formatted for the language', () {
    final weight = Weight(74.25, WeightUnit.kg);
    expect(WeightFormat('en').weight(weight, WeightUnit.kg), '74.25 kg');
    expect(WeightFormat('de').weight(weight, WeightUnit.kg), '74,25 kg');
    expect(WeightFormat('de').change(-0.4, WeightUnit.kg), '−0,4 kg');
    expect(WeightFormat('en').weight(weight, WeightUnit.lb), '163.7 lb');
  });

  test('numbers are parsed with a point or a comma', () {
    expect(WeightFormat.parse(' 74,5 '), 74.5);
    expect(WeightFormat.parse('74.25'), 74.25);
    for (final native in ['٧٤٫٢٥', '۷۴٫۲۵', '७४.२५', '৭৪.২৫', '၇၄.၂၅']) {
      expect(WeightFormat.parse(native), 74.25, reason: native);
    }
    for (final wrong in ['', 'x', '1.2.3', '-3', '.5', '1e3']) {
      expect(WeightFormat.parse(wrong), isNull, reason: wrong);
    }
  });
}
