import 'dart:io';

import 'package:flutter_test/flutter_test.dart';

import '../../tool/words/arb.dart';
import '../../tool/words/generated_words.dart';

void main() {
  final folder = Directory('lib/l10n/arb');
  final arbs = {
    for (final file in folder.listSync().whereType<File>())
      if (Arb.read(file) case final arb) arb.language: arb,
  };
  final english = arbs['en']!;

  /// A folder with these texts.
  Directory folderOf(Map<String, String> texts) {
    final folder = Directory.systemTemp.createTempSync('weight-sync-test.');
    addTearDown(() => folder.deleteSync(recursive: true));
    for (final MapEntry(key: language, value: messages) in texts.entries) {
      File('${folder.path}/words_$language.arb').writeAsStringSync('{"@@locale": "$language", $messages}');
    }
    return folder;
  }

  test('the generated files are those of the texts: else run tool/words.dart', () {
    for (final MapEntry(key: name, value: text) in generateWords(folder).entries) {
      expect(File('lib/l10n/generated/$name').readAsStringSync(), text, reason: name);
    }
  });

  test('every language has every text, with every placeholder, in the order of the English ones', () {
    expect(arbs.keys, unorderedEquals(['en', 'de', 'fr', 'es']));
    for (final arb in arbs.values) {
      expect(arb.messages.keys, english.messages.keys, reason: arb.language);
      for (final MapEntry(key: name, value: message) in english.messages.entries) {
        expect(arb.messages[name]!.names, message.names, reason: '$name in ${arb.language}');
      }
    }
  });

  test('a French sign that a space precedes stays with its word', () {
    final text = File('${folder.path}/words_fr.arb').readAsStringSync();
    expect(RegExp('"[^"]* [?!:;»][^"]*"|"[^"]*« [^"]*"').allMatches(text).map((match) => match[0]), isEmpty);
  });

  test('every text is shown somewhere', () {
    final sources = [
      for (final file in Directory('lib').listSync(recursive: true).whereType<File>())
        if (file.path.endsWith('.dart') && !file.path.contains('/l10n/')) file.readAsStringSync(),
    ].join();
    for (final name in english.messages.keys) {
      expect(sources, contains(RegExp('\\.$name\\b')), reason: name);
    }
  });

  test('placeholders, plurals and signs become Dart', () {
    const types = '"@m": {"placeholders": {"n": {"type": "int"}, "who": {}}}';
    final files = generateWords(
      folderOf({
        'en': '"m": "It\'s \$5, {who}: {n, plural, =0{none} one{one} other{{n} for {who}}}!", $types',
        'pl': '"m": "{n, plural, one{jeden} few{{n} dla {who}} other{{n}}}"',
        'xx': '"@x": {}',
      }),
    );
    expect(files.keys, ['weight_words.dart', 'weight_words_pl.dart', 'weight_words_xx.dart']);
    expect(
      files['weight_words.dart'],
      contains(
        r"String m(int n, String who) => 'It\'s \$5, ${who}: "
        r"${Intl.plural(n, zero: 'none', one: 'one', other: '${n} for ${who}', locale: 'en')}!';",
      ),
    );
    expect(
      files['weight_words_pl.dart'],
      contains(r"=> Intl.plural(n, one: 'jeden', few: '${n} dla ${who}', other: '${n}', locale: 'pl');"),
    );
    expect(files['weight_words_xx.dart'], isNot(contains('String m')), reason: 'English stands in');
  });

  for (final (name, texts) in [
    ('an unclosed brace', {'en': '"m": "{who"'}),
    ('a brace too many', {'en': '"m": "a}"'}),
    ('a plural without "other"', {'en': '"m": "{n, plural, one{x}}"'}),
    ('a syntax that is not supported', {'en': '"m": "{n, select, a{x} other{y}}"'}),
    ('an unknown placeholder', {'en': '"m": "{who}"'}),
    ('an unknown message', {'en': '"m": "a"', 'de': '"n": "a"'}),
  ]) {
    test('$name is an error', () => expect(() => generateWords(folderOf(texts)), throwsFormatException));
  }
}
