import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

void main() {
  test('a weight is rounded to hundredths, half away from zero', () {
    expect(Weight(75.555, WeightUnit.kg).hundredths, 7556);
    for (final (value, hundredths) in [
      (70.005, 7001),
      (1.005, 101),
      (0.145, 15),
      (2204.615, 220462),
      (70.0049, 7000),
    ]) {
      expect(Weight(value, WeightUnit.lb).hundredths, hundredths, reason: '$value');
    }
    expect(Weight(75.5, WeightUnit.kg), const Weight.hundredths(7550, WeightUnit.kg));
  });

  test('a weight in its own unit is exactly the number that was entered', () {
    for (var hundredths = 10; hundredths <= 100000; hundredths += 7) {
      final weight = Weight.hundredths(hundredths, WeightUnit.kg);
      expect(Weight(weight.valueIn(WeightUnit.kg), WeightUnit.kg), weight);
    }
  });

  test('a kilogram is 2.2046 pounds', () {
    expect(Weight(1, WeightUnit.kg).valueIn(WeightUnit.lb), closeTo(2.20462, 0.00001));
    expect(Weight(14, WeightUnit.lb).valueIn(WeightUnit.st), closeTo(1, 0.00001));
  });
}
