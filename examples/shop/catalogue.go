package shop

// shelf is one category with its goods; the prefix begins every SKU on it.
type shelf struct {
	category Category
	prefix   string
	goods    []goods
}

// goods is what the data set knows by heart of a product.
type goods struct {
	name  string
	price Cents
}

// catalogue returns the ten shelves with ten goods each.
func catalogue() []shelf {
	return []shelf{
		{Category{"kitchen", "Kitchen"}, "KIT", []goods{
			{"Cast-iron pan, 26 cm", 3990},
			{"Chef's knife, 20 cm", 6450},
			{"Olive-wood board", 2895},
			{"Salt cellar, stoneware", 1250},
			{"Enamel stock pot, 5 l", 5400},
			{"Balloon whisk", 990},
			{"Pepper mill, beech", 3475},
			{"Set of four mixing bowls", 4199},
			{"Linen tea towel", 1195},
			{"Mandoline slicer", 3699},
		}},
		{Category{"coffee", "Coffee & tea"}, "COF", []goods{
			{"Moka pot, six cups", 3250},
			{"Hand grinder, steel burrs", 8900},
			{"Gooseneck kettle, 1 l", 6990},
			{"Paper filters, 100 pieces", 545},
			{"Espresso beans, 1 kg", 2190},
			{"Porcelain dripper", 2450},
			{"Cast-iron teapot, 0.8 l", 4795},
			{"Assam loose leaf, 250 g", 1380},
			{"Milk jug, 350 ml", 1899},
			{"Insulated travel mug", 2999},
		}},
		{Category{"garden", "Garden"}, "GAR", []goods{
			{"Bypass secateurs", 4290},
			{"Watering can, zinc, 9 l", 3850},
			{"Hand trowel, ash handle", 1690},
			{"Terracotta pot, 24 cm", 1420},
			{"Garden twine, 200 m", 675},
			{"Bird feeder, larch", 3195},
			{"Wildflower seeds, 50 g", 890},
			{"Leaf rake", 2640},
			{"Folding pruning saw", 3399},
			{"Rain gauge, glass", 1275},
		}},
		{Category{"office", "Office"}, "OFF", []goods{
			{"Fountain pen, fine nib", 5250},
			{"Dotted notebook, A5", 1690},
			{"Desk lamp, brass arm", 11900},
			{"Blue-black ink, 50 ml", 995},
			{"Felt desk mat", 3490},
			{"Letter tray, walnut", 4650},
			{"Brass paper clips, 40 pieces", 780},
			{"Mechanical pencil, 0.7 mm", 2199},
			{"Year planner", 1550},
			{"Tape dispenser, cast metal", 2875},
		}},
		{Category{"outdoor", "Outdoor"}, "OUT", []goods{
			{"Two-person tent", 28900},
			{"Down sleeping bag", 19950},
			{"Head torch, 400 lm", 4599},
			{"Titanium mug, 450 ml", 3790},
			{"Trekking poles, pair", 8450},
			{"Dry bag, 20 l", 2290},
			{"Gas stove, folding", 5690},
			{"Merino base layer", 7995},
			{"Map compass", 3125},
			{"Paracord, 30 m", 1150},
		}},
		{Category{"bicycle", "Bicycle"}, "BIC", []goods{
			{"Floor pump with gauge", 4495},
			{"Leather saddle", 10900},
			{"Brass bell", 2150},
			{"Chain oil, 100 ml", 1095},
			{"Front light, 80 lux", 8990},
			{"Puncture kit", 695},
			{"Canvas pannier, 18 l", 7450},
			{"Steel bottle cage", 1680},
			{"Folding lock, 90 cm", 6275},
			{"Multi-tool, 17 functions", 2799},
		}},
		{Category{"audio", "Audio"}, "AUD", []goods{
			{"Closed headphones", 14900},
			{"Bookshelf speakers, pair", 32900},
			{"Record brush", 1490},
			{"Portable radio, DAB+", 9950},
			{"Headphone stand, oak", 3650},
			{"Speaker cable, 10 m", 1995},
			{"Turntable, belt drive", 37900},
			{"Anti-static sleeves, 50 pieces", 1245},
			{"USB microphone", 8695},
			{"Earplugs for musicians", 2390},
		}},
		{Category{"books", "Books"}, "BOO", []goods{
			{"The Weaver's Handbook", 3400},
			{"Atlas of Small Islands", 4950},
			{"Bread From Six Flours", 2800},
			{"Birds of the Wetlands", 2695},
			{"A Field Guide to Clouds", 1950},
			{"Letters From the Coast", 1290},
			{"The Clockmaker's Notes", 1575},
			{"Walking the Watershed", 2245},
			{"Soups for a Long Winter", 2399},
			{"Patterns in Plain Cloth", 3150},
		}},
		{Category{"toys", "Toys & games"}, "TOY", []goods{
			{"Wooden train set", 5990},
			{"Marble run, 60 pieces", 4450},
			{"Chess set, travel size", 2650},
			{"Kite, delta", 1895},
			{"Spinning top, maple", 790},
			{"Puzzle, 1000 pieces", 1750},
			{"Card game: Harbour", 1290},
			{"Building blocks, 100 pieces", 3825},
			{"Yo-yo, ball bearing", 1399},
			{"Hand puppet, fox", 2175},
		}},
		{Category{"home", "Home"}, "HOM", []goods{
			{"Wool blanket, grey", 11950},
			{"Beeswax candles, pair", 1490},
			{"Linen cushion cover", 2795},
			{"Wall clock, 30 cm", 5850},
			{"Willow basket, large", 4275},
			{"Door mat, coir", 2450},
			{"Ceramic vase, tall", 3999},
			{"Cotton rug, 70 × 140 cm", 6900},
			{"Coat hook, iron", 1185},
			{"Picture frame, A4", 1925},
		}},
	}
}
