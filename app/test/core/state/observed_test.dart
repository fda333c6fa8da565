import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

void main() {
  test('every stream listener gets the current value and then each change', () async {
    final observed = Observed(1);
    final first = <int>[];
    final second = <int>[];
    final one = observed.stream.listen(first.add);
    await pumpEventQueue();
    observed.value = 2;
    observed.value = 2;
    final two = observed.stream.listen(second.add);
    await pumpEventQueue();
    observed.value = 3;
    await pumpEventQueue();
    await one.cancel();
    observed.value = 4;
    await pumpEventQueue();
    expect((first.join(' '), second.join(' ')), ('1 2 3', '2 3 4'));
    await two.cancel();
  });
}
