import 'package:flutter_test/flutter_test.dart';
import 'package:weight_sync/weight_sync.dart';

void main() {
  test('a stream begins with the value of the moment, and every listener has its own', () async {
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
