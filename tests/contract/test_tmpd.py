import pytest, cProfile, pstats, time
from tests.contract.clients import client_for
from tests.contract.inspector import Inspector, Visit
pytestmark=pytest.mark.django_db
def test_a(world):
    v=world.visitors["township_b"]
    p=cProfile.Profile()
    i=Inspector(world,v,client_for(v)); 
    vs=[Visit("organisation","GET",f"/organisations/{world.foreign(v,'orgs.Organisation')}/",frozenset({404}),"foreign")]*200
    i.tour(vs[:5])
    t=time.process_time(); i.tour(vs); print((time.process_time()-t)/200*1000,"ms")
    p.enable(); i.tour(vs); p.disable()
    pstats.Stats(p).sort_stats("cumulative").print_stats(75)
