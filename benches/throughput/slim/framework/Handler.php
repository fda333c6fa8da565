<?php
declare(strict_types=1);

namespace Bench\Framework;

interface Handler
{
    public function handle(Request $request): Response;
}
