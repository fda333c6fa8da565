import 'package:flutter_test/flutter_test.dart';

import '../test_e2e/support/instance.dart';
import 'support/browser.dart';
import 'support/site.dart';

/// The package in a real browser, against a real server: what is weighed in a tab survives the tab.
void main() {
  late Instance instance;
  late Site site;
  late Browser browser;

  setUpAll(() async {
    instance = await Instance.start();
    site = await Site.before(instance.url);
    browser = Browser();
  });

  tearDownAll(() async {
    browser.remove();
    await site.close();
    await instance.remove();
  });

  Future<Object?> run(String step) async {
    final reported = site.reported;
    final tab = await browser.open(site.url.replace(queryParameters: {'step': step}));
    try {
      return await Future.any([reported, tab.ended.then((log) => throw StateError('Chromium ended: $log'))]);
    } finally {
      await tab.kill();
    }
  }

  test('entries that waited are there after the browser was killed, and are sent once', () async {
    final Object? weighed = await run('weigh');
    if (weighed case {'online': {'pending': 0, 'is_signed_in': true, 'entries': final List<Object?> online}}) {
      expect(online, ['2024-01-01T07:00:00.123456Z 74.5']);
    } else {
      fail('$weighed');
    }
    const all = [
      '2024-01-03T07:00:00.123456Z 74',
      '2024-01-02T07:00:00.123456Z 74.25',
      '2024-01-01T07:00:00.123456Z 74.5',
    ];
    expect(weighed, containsPair('offline', allOf(containsPair('pending', 2), containsPair('entries', all))));
    expect(weighed, containsPair('second', 'in use'));

    final Object? back = await run('come_back');
    expect(back, containsPair('offline', allOf(containsPair('pending', 2), containsPair('entries', all))));
    expect(back, containsPair('offline', containsPair('is_signed_in', true)));
    expect(back, containsPair('online', allOf(containsPair('pending', 0), containsPair('entries', all))));
    expect(await site.listed(email: 'web@example.org', password: 'correct horse battery'), [
      ('2024-01-03T07:00:00.123456Z', 74),
      ('2024-01-02T07:00:00.123456Z', 74.25),
      ('2024-01-01T07:00:00.123456Z', 74.5),
    ]);

    final Object? after = await run('sign_out');
    expect(after, allOf(containsPair('is_signed_in', false), containsPair('entries', isEmpty)));
  }, timeout: const Timeout(Duration(minutes: 10)));

  test('a journal in IndexedDB keeps, replaces, repairs and erases its lines', () async {
    expect(await run('journal'), {
      'appended': ['one', 'Äpfel'],
      'replaced': ['two', 'three', 'four'],
      'damaged': true,
      'left': ['two', 'four'],
      'copied': true,
      'erased': [null, null, 11],
    });
  }, timeout: const Timeout(Duration(minutes: 10)));
}
