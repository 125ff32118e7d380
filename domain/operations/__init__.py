"""One file per thing an office does (业务办理): gather for all orders, decide each in order, record all.

Every state change is a function over a batch inside one transaction that the caller has opened; a single request is a
batch of one. Before that transaction opens, the caller reserves the ids that it takes: `setting.IDS_PER_ORDER` for each
order, unless the operation says otherwise.
"""
