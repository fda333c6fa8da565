<?php
declare(strict_types=1);

namespace Bench\App\Action;

use Bench\App\EntryRepository;
use Bench\App\EntryValidator;
use Bench\Framework\Handler;
use Bench\Framework\Request;
use Bench\Framework\Response;

final class CreateEntry implements Handler
{
    public function __construct(private EntryRepository $entries, private EntryValidator $validator)
    {
    }

    public function handle(Request $request): Response
    {
        $entry = $this->validator->validate($request->getParsedBody(), $request->getAttribute('user'));
        $this->entries->insert($entry);
        return Response::json($entry, 201);
    }
}
