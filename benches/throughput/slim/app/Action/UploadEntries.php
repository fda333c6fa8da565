<?php
declare(strict_types=1);

namespace Bench\App\Action;

use Bench\App\EntryRepository;
use Bench\App\EntryValidator;
use Bench\Framework\Handler;
use Bench\Framework\HttpError;
use Bench\Framework\Request;
use Bench\Framework\Response;

final class UploadEntries implements Handler
{
    public function __construct(private EntryRepository $entries, private EntryValidator $validator)
    {
    }

    public function handle(Request $request): Response
    {
        $given = $request->getParsedBody()['entries'] ?? null;
        if (!is_array($given) || count($given) > 100) {
            throw new HttpError(422, 'at most 100 entries are expected');
        }
        $user = $request->getAttribute('user');
        $entries = array_map(fn (mixed $data) => $this->validator->validate($data, $user), $given);
        $this->entries->insertAll($entries);
        $synced = [];
        foreach ($entries as $place => $entry) {
            $synced[] = [
                'local_id' => $given[$place]['local_id'] ?? null,
                'server_id' => $entry->id,
                'status' => 'created',
            ];
        }
        return Response::json(['synced' => $synced, 'conflicts' => []]);
    }
}
