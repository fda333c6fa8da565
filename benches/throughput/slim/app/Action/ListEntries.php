<?php
declare(strict_types=1);

namespace Bench\App\Action;

use Bench\App\EntryRepository;
use Bench\Framework\Handler;
use Bench\Framework\Request;
use Bench\Framework\Response;

final class ListEntries implements Handler
{
    public function __construct(private EntryRepository $entries)
    {
    }

    public function handle(Request $request): Response
    {
        $query = $request->getQueryParams();
        $limit = min(250, max(1, (int) ($query['limit'] ?? 100)));
        $offset = max(0, (int) ($query['offset'] ?? 0));
        $user = $request->getAttribute('user');
        $total = $this->entries->count($user);
        return Response::json([
            'data' => $this->entries->page($user, $limit, $offset),
            'pagination' => ['total' => $total, 'limit' => $limit, 'offset' => $offset],
        ]);
    }
}
