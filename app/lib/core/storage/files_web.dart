import 'dart:async';
import 'dart:typed_data';

import '../state/slices.dart';
import 'files.dart';
import 'growing_file.dart';
import 'indexed_pieces.dart';

/// The files of a browser.
final Files platformFiles = _WebFiles();

final class _WebFiles implements Files {
  final _pieces = IndexedPieces();

  /// Nothing to create; the first use of the files.
  @override
  Future<void> makeFolder(String path) async => unawaited(_pieces.protect());

  @override
  Future<bool> exists(String path) async => (await _pieces.of(path)).isNotEmpty;

  @override
  Future<Uint8List?> read(String path) async {
    final pieces = await _pieces.of(path);
    return pieces.isEmpty ? null : _joined(pieces);
  }

  /// Every script of the page's origin can read a file, also if [isPrivate].
  @override
  Future<void> write(String path, List<int> bytes, {bool isPrivate = false}) =>
      _pieces.replace(path, Uint8List.fromList(bytes));

  @override
  Future<void> delete(String path) => _pieces.delete(path);

  @override
  Future<GrowingFile> open(String path) async {
    final pieces = await _pieces.of(path);
    return _WebGrowingFile(_pieces, path, pieces.length, pieces.fold(0, (sum, piece) => sum + piece.length));
  }

  @override
  Future<void> eraseFolder(String path) => _pieces.deleteBelow(path);

  /// A transaction is never interrupted half-way.
  @override
  Future<void> sweepErased(String path) async {}
}

/// Each piece is a row; a power failure leaves no half ones.
final class _WebGrowingFile implements GrowingFile {
  _WebGrowingFile(this._pieces, this._path, this._next, this.length);

  final IndexedPieces _pieces;
  final String _path;

  /// The number of the next piece: they are numbered without gaps.
  int _next;

  @override
  int length;

  @override
  Future<Uint8List> read() async => _joined(await _pieces.of(_path));

  @override
  Future<void> cut(int length) async => replace([Uint8List.sublistView(await read(), 0, length)]);

  @override
  Future<void> append(Uint8List piece, {bool isDurable = true}) async {
    await _pieces.put(_path, _next, piece);
    _next++;
    length += piece.length;
  }

  @override
  Future<void> replace(Iterable<Uint8List> pieces) async {
    final slices = Slices();
    final all = BytesBuilder(copy: false);
    for (final piece in pieces) {
      all.add(piece);
      await slices.pause();
    }
    final bytes = all.takeBytes();
    await _pieces.replace(_path, bytes);
    _next = 1;
    length = bytes.length;
  }

  @override
  Future<void> copyTo(String path) async => _pieces.replace(path, await read());

  @override
  Future<void> close() async {}
}

Uint8List _joined(Iterable<Uint8List> pieces) {
  final all = BytesBuilder(copy: false);
  pieces.forEach(all.add);
  return all.takeBytes();
}
